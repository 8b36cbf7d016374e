"""Names and options that only the registries know."""

from __future__ import annotations

import pytest

from bntui.data import Request, load
from bntui.records import UserError
from bntui.spec import ExperimentSpec, parse
from bntui.train import resolve, train
from bntui.variants import VARIANTS
from tests.variants.test_contract import OPTIONS, OTHER_VALUES

KINDS = ", ".join(f'"{kind}"' for kind in VARIANTS)
PRESET = f'network = "blog-cnn"\ndataset = "digits"\nvariants = [{KINDS}, {{ name = "bn-0.5", kind = "bn", lr = 0.5 }}]'


def resolved(*overrides: str) -> ExperimentSpec:
    return resolve(parse(PRESET, "p", overrides=overrides))


@pytest.mark.parametrize(("kind", "option"), OPTIONS)
def test_an_option_of_a_variant_can_be_set_and_survives_being_written(kind: str, option: str) -> None:
    spec = resolved(f"variants.{kind}.{option}={OTHER_VALUES[option]}")
    chosen = next(variant for variant in spec.variants if variant.name == kind)
    assert chosen.options == {option: OTHER_VALUES[option]}
    assert resolve(parse(spec.toml(), "p")) == spec


def test_a_network_keeps_the_options_that_it_was_given_and_no_others() -> None:
    assert not resolved().network.options
    spec = resolved("network={kind='relu-mlp', depth=5}")
    assert spec.network.options == {"depth": 5}
    assert resolve(parse(spec.toml(), "p")) == spec


def test_dropout_of_a_variant_needs_a_network_that_has_it() -> None:
    assert resolved("variants.bn.dropout=0.5").variants[1].dropout == 0.5
    with pytest.raises(UserError, match="preset p: variants.bn.dropout: network dln has none"):
        resolved("network=dln", "variants.bn.dropout=0.5")


def test_a_variant_keeps_the_options_that_it_was_given_and_no_others() -> None:
    assert not any(variant.options for variant in resolved().variants)
    spec = resolve(parse(PRESET.replace('"groupnorm"', '{ kind = "groupnorm", groups = 4 }'), "p"))
    assert [dict(variant.options) for variant in spec.variants if variant.options] == [{"groups": 4}]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("variants.bn.l=1", "preset p: variants.bn.l = 1: unknown key; did you mean lr?"),
        ("variants.bn-0.5.esp=1", "preset p: variants.bn-0.5.esp = 1: unknown key; did you mean eps?"),
        (
            "variants.standard.x=1",
            "variants.standard.x = 1: unknown key; choose from dropout, gain, kind, lr, name, optimizer, seed",
        ),
        ("variants.groupnorm.groups=0", "variants.groupnorm.groups = 0: should be greater than or equal to 1"),
        ("variants.groupnorm.groups=x", "variants.groupnorm.groups = 'x': should be a valid integer"),
        ("variants.bn.momentum=2", "variants.bn.momentum = 2: should be less than or equal to 1"),
        ("variants.bn.kind=bm", "unknown variant 'bm'; did you mean bn"),
        ("network=dnl", "unknown network 'dnl'; did you mean dln?"),
        ("network.dropuot=0.1", "preset p: network.dropuot = 0.1: unknown key; did you mean dropout?"),
        ("network.n=3", "preset p: network.n = 3: unknown key; choose from dropout, kind"),
        ("variants.bn.dropout=1", "dropout = 1: should be less than 1"),
        ("network.dropout=1", "preset p: network.dropout = 1: should be less than 1"),
        ("network={kind='relu-mlp', depth=0}", "network.depth = 0: should be greater than or equal to 1"),
        ("probes.smooth.every=1", "unknown probe 'smooth'; did you mean smoothness"),
        ("probes.test.evry=1", "preset p: probes.test.evry = 1: unknown key; did you mean every?"),
        ("probes.smoothness.etas=[-1.0]", "preset p: probes.smoothness.etas.0 = -1.0: should be greater than 0"),
    ],
)
def test_a_mistake_names_its_key_its_value_and_what_is_allowed(override: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        resolved(override)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_groups_that_do_not_fit_the_network_are_refused_by_variant() -> None:
    with pytest.raises(UserError, match=r"variants\.groupnorm\.groups = 16: does not divide the 8 channels"):
        next(train(resolved("variants.groupnorm.groups=16"), load("digits", Request((1, 28, 28)))))
