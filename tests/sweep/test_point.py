"""Points: which experiments are the same, and what they are called."""

import pytest

from bntui import spec
from bntui.spec import parse
from bntui.sweep.grid import Grid
from bntui.sweep.point import identity, label
from bntui.train import resolve
from tests.sweep.conftest import PRESET


@pytest.mark.parametrize(
    "override", ["title=other", "device=cpu", "checkpoint.seconds=1", "optimizer.lr=0.1", "optimizer.momentum=0"]
)
def test_what_changes_no_measurement_changes_no_identity(override: str) -> None:
    assert identity(parse(PRESET, "a", overrides=[override])) == identity(parse(PRESET, "b"))


def test_later_versions_know_the_runs_of_earlier_ones() -> None:
    resolved = resolve(spec.load("noisy"))
    assert identity(resolved) == "335a29c48e54031c"


@pytest.mark.parametrize(
    "override",
    [
        "seed=8",
        "steps=4",
        "optimizer.lr=0.11",
        "optimizer.kind=adam",
        "probes.test.every=5",
        "variants.bn.lr=0.1",
        "threads=2",
    ],
)
def test_what_changes_a_measurement_changes_the_identity(override: str) -> None:
    assert identity(parse(PRESET, "a", overrides=[override])) != identity(parse(PRESET, "a"))


@pytest.mark.parametrize("preset", ["noisy", "paper-fig4-mini", "paper-fig3-dln-mini"])
def test_a_stored_spec_has_the_identity_of_the_resolved_one(preset: str) -> None:
    resolved = resolve(spec.load(preset))
    assert identity(parse(resolved.toml(), "stored")) == identity(resolved) == identity(resolve(resolved))


def test_points_of_a_grid_are_resolved_without_the_trainer() -> None:
    grid = Grid(preset="noisy", seeds=range(2)).with_overrides(
        ["probes.saturation.every=5,10", "probes.smoothness.etas=[1,2],[1]", 'variants=["bn"],["groupnorm"]']
    )
    points = list(grid.based(resolve).points())
    assert len({point.id for point in points}) == len(points) == grid.count == 16
    assert all(identity(resolve(point.spec)) == point.id for point in points)


def test_a_label_has_the_last_parts_of_the_keys_that_tell_them_apart() -> None:
    assert label({"optimizer.lr": 0.1, "steps": 5}) == "lr=0.1, steps=5"
    assert label({"variants.bn.lr": 1, "variants.noisy.lr": 2.5}) == "bn.lr=1, noisy.lr=2.5"
    assert label({"probes.smoothness.etas": [0.5, 1.0], "network": "blog-cnn"}) == "etas=[0.5,1.0], network=blog-cnn"
