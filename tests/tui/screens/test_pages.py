"""The pages: their keys, the state each keeps, unmeasured charts, claims, and every size."""

import threading

import pytest

from bntui.records import State
from bntui.run.sources.protocol import Status
from bntui.tui.screens.base import MIN_SIZE
from bntui.tui.screens.help import HelpScreen
from bntui.tui.screens.pages import OTHER_PANES, PAGE_KEYS
from bntui.tui.widgets import claims_pane
from bntui.tui.widgets.chart_pane import ChartPane
from bntui.tui.widgets.claims_pane import ClaimsPane
from tests.tui.conftest import KEY_OF, ORDINARY_PAGES, charts_of, checked, settle, text_of
from tests.tui.fake_source import COLUMNS, DIVERGED, TRAIN_COLUMNS, FakeSource

SIZE = (120, 36)
CLAIMS_KEY = KEY_OF["claims"]
TEXTS = {
    "layers": ("▸conv1", "10⁰"),
    "distributions": ("● standard", "▲ bn", "■ noisy"),
    "claims": ("effects only", "bn-faster", "theorem-4.1", "Santurkar et al. 2018"),
    "log": ("no notices so far",),
    "mechanics": ("BatchNorm by hand", "subtract the mean", "ŷ = a/√(σ²+ε)", "γ₁"),
}
"""Texts on some pages besides the titles of their charts."""


async def opened(pilot, *keys):
    await pilot.press(*keys)
    await checked(pilot)
    return text_of(pilot.app)


async def test_function_keys_open_the_pages(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        for spec, key in zip(ORDINARY_PAGES, PAGE_KEYS, strict=False):
            shown = await opened(pilot, key)
            assert f"{key} {spec.short or spec.name}" in shown or f"{key} {spec.name}" in shown
            charts = [pane for pane in pilot.app.screen._page.panes if isinstance(pane, ChartPane)]
            assert [pane.view for pane in charts] == [name for name in spec.views if name not in OTHER_PANES]
            for text in (*(pane.title for pane in charts), *TEXTS.get(spec.name, ())):
                assert text and text in shown, (spec.name, text)


async def test_a_page_keeps_its_focus_and_scale(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await opened(pilot, KEY_OF["landscape"], "tab", "l", "z")
        pane = pilot.app.focused
        assert isinstance(pane, ChartPane) and pane.view == "predictiveness"
        assert "loss ahead" not in await opened(pilot, KEY_OF["layers"])
        assert pilot.app.focused.view == "drift_map"
        shown = await opened(pilot, KEY_OF["landscape"])
        assert pilot.app.focused is pane and not pane.log_shown
        assert "gradient change" in shown and "loss ahead" not in shown
        assert "loss ahead" in await opened(pilot, "escape")


async def test_a_view_on_two_pages_has_a_scale_on_each(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await opened(pilot, KEY_OF["landscape"], "shift+tab", "l")
        assert pilot.app.focused.view == "beta" and pilot.app.focused.log_shown
        (other,) = (pane for pane in charts_of(pilot.app, "overview") if pane.view == "beta")
        assert not other.log_shown


async def test_the_layer_is_the_same_on_every_page(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "▸conv2" in await opened(pilot, KEY_OF["layers"], "right_square_bracket")
        assert "shift of conv2" in await opened(pilot, KEY_OF["covariate shift"])
        assert "distribution in conv2" in await opened(pilot, KEY_OF["distributions"])


async def test_the_shift_page_begins_with_the_second_layer(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "shift of conv2" in await opened(pilot, KEY_OF["covariate shift"])
        assert "distribution in conv1" in await opened(pilot, KEY_OF["distributions"])
        shown = await opened(pilot, KEY_OF["covariate shift"], "left_square_bracket")
        assert "shift of conv1" in shown
        assert "distribution in conv2" in await opened(pilot, KEY_OF["distributions"], "right_square_bracket")
        assert "shift of conv2" in await opened(pilot, KEY_OF["covariate shift"])


async def test_a_click_on_a_name_opens_the_page(app_of):
    async with app_of().run_test(size=(140, 36)) as pilot:
        await settle(pilot)
        line = text_of(pilot.app).split("\n")[1]
        await pilot.click("#tabs", offset=(line.index("landsc.") + 2, 0))
        await settle(pilot)
        assert "loss ahead" in text_of(pilot.app)


async def test_names_of_pages_are_cut_before_they_are_left_out(app_of):
    async with app_of().run_test(size=(120, 30)) as pilot:
        shown = await opened(pilot, KEY_OF["landscape"])
        for text in ("f1 overview f2 layers f3 landsc. f4 smooth.", "f8 claims f9 by hand"):
            assert text in shown
    async with app_of().run_test(size=(80, 24)) as pilot:
        assert "f2  f3 landscape  f4" in await opened(pilot, KEY_OF["landscape"])


async def test_help_lists_the_pages(app_of):
    async with app_of().run_test(size=(120, 60)) as pilot:
        await opened(pilot, CLAIMS_KEY, "question_mark")
        assert isinstance(pilot.app.screen, HelpScreen)
        shown = text_of(pilot.app)
        assert all(f"Page: {plan.name}" in shown for plan in ORDINARY_PAGES)
        assert "Next claim" in shown


async def test_unmeasured_charts_suggest_the_option(app_of):
    async with app_of(FakeSource(columns=TRAIN_COLUMNS)).run_test(size=SIZE) as pilot:
        assert "probes.moments.every=1" in await opened(pilot, KEY_OF["layers"])
        assert "probes.smoothness.every=25" in await opened(pilot, KEY_OF["landscape"])
        assert "probes.theorem41.every=25" in await opened(pilot, KEY_OF["smoothness"])
        assert "probes.ics.every=25" in await opened(pilot, KEY_OF["covariate shift"])
        assert "probes.distribution.every=10" in await opened(pilot, KEY_OF["distributions"])
        assert "probes.step_loss.every=10" in await opened(pilot, KEY_OF["optimization"])


async def test_a_diverged_variant_is_marked_on_its_map(app_of):
    async with app_of(FakeSource(notices=(DIVERGED,))).run_test(size=SIZE) as pilot:
        assert "● standard ✖ at 157" in await opened(pilot, KEY_OF["layers"])


@pytest.mark.parametrize(
    "size", [(1, 1), (60, 16), *(pytest.param(size, marks=pytest.mark.slow) for size in [(30, 5), (240, 70)])]
)
async def test_every_page_at_every_size(app_of, size):
    async with app_of(FakeSource(columns=COLUMNS)).run_test(size=size) as pilot:
        await settle(pilot)
        for _ in pilot.app.screen.page_names:
            await pilot.press(">", "z", "l", "tab")
            await settle(pilot)
            shown = text_of(pilot.app)
            pane = pilot.app.focused
            if size < MIN_SIZE:
                # Narrower terminals have no room for a message; they only must not fail.
                assert size[0] < 24 or "needs 60×16" in shown
            elif isinstance(pane, ChartPane):
                assert pane.title and f" {pane.title[: size[0] - 4]} " in shown
            else:
                assert TEXTS[pilot.app.screen._page.spec.name][0] in shown
            await pilot.press("escape")


async def test_every_page_before_there_is_anything(app_of):
    source = FakeSource(State.LOADING)
    async with app_of(source).run_test(size=SIZE) as pilot:
        for key in PAGE_KEYS:
            await pilot.press(key, "z", "l", "tab", "right_square_bracket", "escape")
        assert "downloading mnist" in text_of(pilot.app)
        source.begin(0)
        assert "as soon as there are measurements" in await opened(pilot, CLAIMS_KEY)
        source.extend(0, 30)
        for key in PAGE_KEYS:
            await pilot.press(key)
        assert "noisy-faster" in await opened(pilot, CLAIMS_KEY)


async def test_many_variants_on_every_page(app_of):
    names = tuple(f"standard-0.{style_index}" for style_index in range(1, 10))
    async with app_of(FakeSource(variants=names)).run_test(size=(60, 16)) as pilot:
        for key in PAGE_KEYS:
            await opened(pilot, key)
        assert "more" in await opened(pilot, KEY_OF["distributions"], "z")


async def test_only_the_visible_page_is_drawn(app_of):
    source = FakeSource(done=400)
    async with app_of(source).run_test(size=SIZE) as pilot:
        await opened(pilot, KEY_OF["landscape"])
        hidden, shown = charts_of(pilot.app, "overview")[-1], charts_of(pilot.app, "landscape")[0]
        before = hidden._canvas, shown._canvas
        source.extend(400, 430)
        pilot.app.screen.refresh_data()
        assert hidden._canvas is before[0] and shown._canvas is not before[1]


# Claims


@pytest.fixture
def counted(monkeypatch):
    """The threads of the checks made."""
    made, real = [], claims_pane.check_groups

    def check(runs):
        made.append(threading.current_thread())
        return real(runs)

    monkeypatch.setattr(claims_pane, "check_groups", check)
    return made


async def test_claims_are_checked_in_a_thread_and_only_on_their_page(app_of, counted):
    async with app_of().run_test(size=SIZE) as pilot:
        await opened(pilot, KEY_OF["overview"])
        assert not counted
        await opened(pilot, CLAIMS_KEY)
        assert len(counted) == 1 and counted[0] is not threading.main_thread()


async def test_claims_are_checked_again_after_a_pause_if_there_are_new_measurements(app_of, counted):
    source, now = FakeSource(done=400), [0.0]
    async with app_of(source).run_test(size=SIZE) as pilot:
        pane = pilot.app.screen.query_one(ClaimsPane)
        pane._clock = lambda: now[0]
        await opened(pilot, CLAIMS_KEY)
        source.extend(400, 410)
        now[0] = 2.0
        await opened(pilot)
        assert len(counted) == 1
        now[0] = 4.0
        await opened(pilot)
        assert len(counted) == 2
        now[0] = 9.0
        await opened(pilot)
        assert len(counted) == 2
        source.status = Status(State.FINISHED, 410)
        await opened(pilot)
        assert len(counted) == 3


async def test_up_and_down_choose_the_claim_that_is_read(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        assert "BatchNorm trains faster than the plain network." in await opened(pilot, CLAIMS_KEY)
        shown = await opened(pilot, "down")
        assert "Noisy BatchNorm trains as fast as BatchNorm." in shown
        assert "between −0.05" in shown and "In this run (seed 0): " in shown
        pane = pilot.app.screen.query_one(ClaimsPane)
        pane.action_line(100)
        assert "Not checkable in this run" in await opened(pilot)
        pane.action_line(-100)
        assert "BatchNorm trains faster than the plain network." in await opened(pilot, "up")


async def test_a_click_chooses_a_claim(app_of):
    async with app_of().run_test(size=SIZE) as pilot:
        await opened(pilot, CLAIMS_KEY)
        await pilot.click("#claims-list", offset=(20, 4))
        await settle(pilot)
        assert "Noisy BatchNorm trains as fast as BatchNorm." in text_of(pilot.app)


async def test_claims_that_cannot_be_checked_say_so(app_of, monkeypatch):
    def fail(runs):
        raise ValueError("no such thing")

    monkeypatch.setattr(claims_pane, "check_groups", fail)
    async with app_of().run_test(size=SIZE) as pilot:
        assert "claims could not be checked: no such thing" in await opened(pilot, CLAIMS_KEY)
