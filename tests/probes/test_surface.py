"""The loss on lines and planes: ends are the networks, scale changes nothing, statistics are those of each place."""

from __future__ import annotations

import math
from functools import cache

import pytest
import torch
from torch import nn

from bntui.probes.barrier import barrier_of
from bntui.probes.filter_normalization import direction
from bntui.probes.loss_surface import along_line, grid, place
from bntui.records import Measurement, RunInfo, UserError
from bntui.spec import parse
from bntui.train import resolve, train
from bntui.train.build import partners
from tests.probes.test_invariants import at, measured, scaled, without_epsilon
from tests.probes.trace import build
from tests.train.conftest import digits
from tests.train.test_state import exactly, resumed

PRESET = """
network = "relu-mlp"
dataset = "digits"
steps = 12
batch_size = 64
variants = [
  "bn", "standard", { name = "bn-else", kind = "bn", seed = 7 }, { name = "other", kind = "standard", seed = 7 }
]
[probes]
line = { every = 4, points = 5, samples = 100 }
surface = { every = 4, points = 3, samples = 100 }
"""
Values = dict[tuple[str, str, int], dict[str, float]]


def run(*overrides: str) -> Values:
    """Return the values by name, of each variant, probe and step."""
    info, *events = train(resolve(parse(PRESET, "it", overrides=overrides)), digits("relu-mlp"))
    assert isinstance(info, RunInfo)
    return {
        (event.variant, event.probe, event.step): dict(
            zip([column.name for column in info.columns_of(event.probe)], event.values, strict=True)
        )
        for event in events
        if isinstance(event, Measurement)
    }


@cache
def plain() -> Values:
    return run()


@pytest.mark.parametrize("step", [4, 8, 12])
@pytest.mark.parametrize(("start", "end"), [("bn", "bn-else"), ("standard", "other")])
def test_the_ends_of_a_line_are_bitwise_the_losses_of_the_networks(start: str, end: str, step: int) -> None:
    line = plain()[start, "line", step]
    assert line["loss_at_0"] == plain()[start, "surface", step]["loss_at_0_0"]
    assert line["loss_at_1"] == plain()[end, "surface", step]["loss_at_0_0"]


def test_the_last_variant_of_a_kind_has_no_partner() -> None:
    assert {variant for variant, probe, _ in plain() if probe == "line"} == {"bn", "standard"}


def test_variants_that_normalize_by_earlier_steps_have_no_partner() -> None:
    values = run('variants=["bn-population", {name="else", kind="bn-population", seed=7}]')
    assert {probe for _, probe, _ in values} == {"surface", "train"}


def test_a_line_to_a_variant_that_diverged_is_not_a_number() -> None:
    values = run("variants.bn-else.lr=1e30", "steps=40")
    lines = {step: line for (variant, probe, step), line in values.items() if (variant, probe) == ("bn", "line")}
    assert lines.keys() == set(range(4, 41, 4))
    assert all(map(math.isnan, lines[40].values()))


@pytest.mark.parametrize("override", ["steps=12", "variants.bn-else.lr=1e30"])
def test_a_resumed_run_measures_the_same_lines(override: str) -> None:
    whole = resolve(parse(PRESET, "it", overrides=[override]))
    assert resumed(whole, digits("relu-mlp"), 6) == exactly(train(whole, digits("relu-mlp")))


def test_partners_are_the_next_variants_of_equal_kind_and_options() -> None:
    options = '{name="a", kind="bn", eps=1e-5}, {name="b", kind="bn", eps=1e-3}, {name="c", kind="bn", lr=1.0}'
    spec = parse(PRESET, "it", overrides=[f'variants=["standard", {options}, {{name="d", kind="bn", seed=3}}]'])
    assert partners(resolve(spec)) == {"a": "c", "c": "d"}


@pytest.mark.parametrize("layer", ["conv1", "conv5"])
def test_the_scale_of_weights_before_batchnorm_changes_no_surface(layer: str) -> None:
    network = without_epsilon(build("bn", dtype=torch.float64))
    one, other = (
        measured("surface", at(weights, 1), radius=0.5, points=3) for weights in (network, scaled(network, layer, 7.3))
    )
    assert torch.allclose(one, other, rtol=1e-12, atol=0)
    assert one.std() > 0.01


@pytest.mark.parametrize("kind", ["standard", "bn", "layernorm"])
def test_a_direction_has_the_norm_of_each_filter_and_moves_no_vector(kind: str) -> None:
    weights = dict(build(kind, dtype=torch.float64).named_parameters())
    drawn, again, other = (direction(weights, seed, "x") for seed in (3, 3, 4))
    for name, weight in weights.items():
        assert torch.equal(drawn[name], again[name])
        if weight.dim() == 1:
            assert not drawn[name].any()
            continue
        norms = [torch.stack([f.norm() for f in tensor]) for tensor in (drawn[name], weight.detach())]
        assert torch.allclose(*norms, rtol=1e-13, atol=0)
        assert not torch.equal(drawn[name], other[name])


def test_statistics_are_those_of_each_place() -> None:
    network = build("bn", dtype=torch.float64)
    before = measured("surface", at(network, 1), points=3)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d):
            module.running_mean.fill_(1e6)  # type: ignore[union-attr]
            module.running_var.fill_(1e-6)  # type: ignore[union-attr]
    assert torch.equal(measured("surface", at(network, 1), points=3), before)


def test_a_line_begins_and_ends_exactly_with_the_given_weights() -> None:
    start, end = ({"w": torch.randn(50, generator=torch.Generator().manual_seed(seed))} for seed in (1, 2))
    first, *_, last = along_line(start, end, grid(0, 1, 7))
    assert torch.equal(first["w"], start["w"])
    assert torch.equal(last["w"], end["w"])


def test_places_are_what_their_names_say() -> None:
    assert grid(-1, 1, 5) == (-1.0, -0.5, 0.0, 0.5, 1.0)
    assert [place(a) for a in grid(0, 1, 4)] == ["0", "0.333333", "0.666667", "1"]
    assert place(-0.5, 0.25) == "-0.5_0.25"


@pytest.mark.parametrize(
    ("losses", "wanted"),
    [
        ([0.0, 1.0, 2.0, 1.0, 0.0], (2.0, 0.5, 2.0, 1)),
        ([0.0, 2.0, 2.0, 2.0, 1.0], (1.0, 1.0 - 0.75 / 4 - 0.5 / 4, 8.0, 1)),
        ([0.0, 3.0, 1.0, 2.0, 0.0], (3.0, 0.1875 + 0.125, 4.0, 2)),
        ([1.0, 2.0, 3.0, 4.0, 5.0], (0.0, math.nan, math.nan, 0)),
        ([5.0, 3.0, 3.01, 3.0, 5.0], (0.0, math.nan, math.nan, 0)),
        ([0.0, 1.0, math.nan, 1.0, 0.0], (math.nan,) * 4),
        ([0.0, 1.0, math.inf, 1.0, 0.0], (math.nan,) * 4),
        ([1.0, 1.0, 1.0, 1.0, 1.0], (0.0, math.nan, math.nan, 0)),
    ],
)
def test_barriers(losses: list[float], wanted: tuple[float, ...]) -> None:
    assert barrier_of(grid(0, 1, 5), losses) == pytest.approx(wanted, nan_ok=True)


@pytest.mark.parametrize(
    ("option", "what"),
    [
        ("line.points=2", "probes.line.points = 2: should be greater than or equal to 3"),
        ("line.samples=513", "probes.line.samples = 513: should be less than or equal to 512"),
        ("surface.points=40", "probes.surface.points = 40: should be less than or equal to 31"),
        ("surface.radius=0", "probes.surface.radius = 0: should be greater than 0"),
    ],
)
def test_options_out_of_range_are_refused(option: str, what: str) -> None:
    with pytest.raises(UserError, match=what):
        resolve(parse(PRESET, "it", overrides=[f"probes.{option}"]))
