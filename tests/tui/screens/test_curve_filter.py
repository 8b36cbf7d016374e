"""The selection of variants, layers and differences."""

from bntui.tui.screens.curve_filter import CurveFilter, matching
from tests.tui.fake_source import LAYERS, VARIANTS, FakeSource


def test_words_match_variants_or_layers():
    assert matching("", VARIANTS, LAYERS) == (VARIANTS, LAYERS)
    assert matching("bn", VARIANTS, LAYERS) == (("bn",), LAYERS)
    assert matching("CONV", VARIANTS, LAYERS) == (VARIANTS, LAYERS[:6])
    assert matching("nois stand fc1", VARIANTS, LAYERS) == (("standard", "noisy"), ("fc1",))
    assert matching("nothing", VARIANTS, LAYERS) == (VARIANTS, LAYERS)


def test_the_selection_is_rebuilt_only_when_it_changes():
    history, curve_filter = FakeSource().history, CurveFilter()
    assert curve_filter.apply(history) == (history, None)
    curve_filter.toggle(("standard",))
    selection, _ = curve_filter.apply(history)
    assert selection.info.variants == ("bn", "noisy") and curve_filter.apply(history)[0] is selection
    curve_filter.next_mode(3)
    assert list(curve_filter.apply(history)[1].pairs) == ["noisy − bn"]
    curve_filter.toggle(("standard",))
    curve_filter.next_mode(3)
    assert list(curve_filter.apply(history)[1].pairs) == ["bn − standard", "noisy − standard"]
    curve_filter.next_mode(3)
    assert curve_filter.apply(history) == (history, None)
