"""What was run, in plain English: networks, data, schedules, settings and states."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bntui.optimizer_spec import OptimizerSpec
from bntui.records import Notice, NoticeKind, Progress, State
from bntui.report.experiment_text import paragraphs, schedule, seeds_text, state_text, subtitle
from bntui.report.measured import ReportedRun, Section, read
from tests.claims.test_gathered import stored
from tests.report.made_runs import stored_run


@pytest.fixture
def run(tmp_path: Path) -> ReportedRun:
    return read([stored(tmp_path, 0)]).runs[0]


def _section(*runs: ReportedRun) -> Section:
    (section,) = read([run.folder for run in runs]).sections
    return replace(section, groups={"": runs})


def test_networks_data_and_seeds(tmp_path: Path) -> None:
    report = read([stored(tmp_path, seed) for seed in (0, 1, 2, 7)])
    networks, training = paragraphs(report.sections[0])
    assert "in standard nothing; in bn BatchNorm." in networks
    assert "with learning rate 0.1, for 40 steps" in training and "with seeds 0–2, 7, on" in training
    assert subtitle(report).endswith("40 steps · four runs, seeds 0–2, 7")


def test_a_fallback_is_told(run: ReportedRun) -> None:
    asked = replace(run, spec=run.spec.model_copy(update={"dataset": "mnist"}))
    assert "because mnist, which was asked for, was not available" in paragraphs(_section(asked))[1]


def test_an_optimizer_is_described_with_its_options(run: ReportedRun) -> None:
    optimizer = OptimizerSpec(kind="adamw", schedule={"kind": "cosine", "period": 40})  # type: ignore[arg-type]
    text = paragraphs(_section(replace(run, spec=run.spec.model_copy(update={"optimizer": optimizer}))))[1]
    assert "by AdamW with learning rate 0.001, weight decay 0.01, β 0.9, 0.999" in text
    assert "a schedule of the rate, 'cosine' (period 40, end 0)" in text


def test_a_variant_has_its_own_options(run: ReportedRun) -> None:
    variants = (run.spec.variants[0], run.spec.variants[1].model_copy(update={"lr": 0.5}))
    text = paragraphs(_section(replace(run, spec=run.spec.model_copy(update={"variants": variants}))))[0]
    assert "in bn BatchNorm (learning rate 0.5)" in text


def test_settings_are_told_once(tmp_path: Path) -> None:
    (section,) = read([stored(tmp_path, 0, rate) for rate in (0.1, 0.3)]).sections
    _, training, settings = paragraphs(section)
    assert "with learning rate 0.1, 0.3, for" in training
    assert settings == "There are two settings, which differ in optimizer.lr (0.1, 0.3)."


def test_what_was_measured_how_often(run: ReportedRun) -> None:
    section = _section(run)
    told = schedule(replace(section, focus=replace(section.focus, every={"train": 10})))
    assert told == [("every 10 steps", "training loss, training accuracy")]


def test_what_is_measured_at_the_end_too_says_so(tmp_path: Path) -> None:
    (section,) = read([stored_run(tmp_path)]).sections
    told = [often for often, quantities in schedule(section) if "test accuracy" in quantities]
    assert len(told) == 1 and told[0].endswith(" and at the end")


@pytest.mark.parametrize(
    ("state", "steps", "text"),
    [
        (State.FINISHED, 40, "finished after 40 steps"),
        (State.TRAINING, 12, "still training: 12 of 40 steps so far"),
        (State.PAUSED, 12, "paused: 12 of 40 steps"),
        (State.STOPPED, 12, "stopped after 12 of 40 steps"),
        (State.FAILED, 12, "failed after 12 of 40 steps: out of memory"),
    ],
)
def test_states(run: ReportedRun, state: State, steps: int, text: str) -> None:
    notices = (Notice(NoticeKind.FAILED, "out of memory"),) if state is State.FAILED else ()
    changed = replace(run, state=state, progress=Progress(steps, 1.0, 0.0), notices=notices)
    assert state_text(changed) == text


def test_a_run_without_a_variant_left_says_why_it_ended(run: ReportedRun) -> None:
    lost = tuple(Notice(NoticeKind.DIVERGED, "", 3, variant.name) for variant in run.spec.variants)
    ended = replace(run, progress=Progress(4, 1.0, 0.0), notices=lost)
    assert state_text(ended) == "finished after 4 steps: every variant diverged"
    assert state_text(replace(ended, notices=lost[1:])) == "finished after 4 steps"


def test_seeds() -> None:
    assert (seeds_text([3]), seeds_text([0, 1, 2, 5])) == ("seed 3", "seeds 0–2, 5")
