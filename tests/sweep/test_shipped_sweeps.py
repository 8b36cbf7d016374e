"""The shipped sweep files: each loads, makes points that differ, and trains three steps at every point."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bntui.claims.grid_claim import GRID_CLAIMS
from bntui.records import Notice, divergence_steps
from bntui.sweep.grid import load_grid
from bntui.sweep.metrics import METRICS
from bntui.sweep.plan import Plan, Request, planned, sweep_files
from bntui.toml_text import short_key
from bntui.train import resolve
from tests.test_presets import ROOT, steps_of, three_steps

SHIPPED = sorted((ROOT / "presets" / "sweeps").glob("*.toml"), key=lambda path: path.stem)


@pytest.fixture(params=SHIPPED, ids=lambda path: path.stem)
def plan(request: pytest.FixtureRequest, tmp_path: Path) -> Plan:
    return planned(Request(str(request.param), tmp_path), resolve).checked(resolve)


def test_they_are_found_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert list(sweep_files().values()) == SHIPPED


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.stem)
def test_it_asks_a_question_and_names_a_source(file: Path) -> None:
    grid = load_grid(file)
    assert 20 < len(grid.title) < 80
    assert grid.title.endswith("?")
    assert re.search(r"et al\. 20\d\d|& \w+ 20\d\d", grid.about)
    assert 2 <= grid.about.count(". ") + 1 <= 5
    assert grid.metric in METRICS


def test_its_claim_is_about_its_key(plan: Plan) -> None:
    grid = plan.sweep.grid
    (key,) = (short_key(axis.key, ()) for axis in grid.axes)
    assert grid.claim == next((claim.id for claim in GRID_CLAIMS if key in claim.keys), "")


def test_it_has_three_seeds_and_three_variants_and_needs_no_download(plan: Plan) -> None:
    grid = plan.sweep.grid
    assert list(grid.seeds) == [0, 1, 2]
    assert len(plan.sweep.points) == grid.count
    for point in plan.sweep.points:
        assert point.spec.dataset == "digits"
        assert len(point.spec.variants) == 3


@pytest.mark.slow
def test_every_point_trains_three_steps(plan: Plan) -> None:
    for point in plan.sweep.points[::3]:
        events = three_steps(point.spec, point.setting.get("batch_size", 8))
        diverged = divergence_steps(event for event in events if isinstance(event, Notice))
        for variant in point.spec.variants:
            last = diverged.get(variant.name, 2)
            assert {step for name, step in steps_of(events) if name == variant.name} == set(range(last + 1))


def test_its_ends_train_three_steps(plan: Plan) -> None:
    first, last = plan.sweep.points[0], plan.sweep.points[-1]
    for point in (first, last):
        assert steps_of(three_steps(point.spec))
