"""Groups of runs that differ only in their seed, and their labels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from bntui.run.sources.grouping import OpenedRun, grouped, labels
from bntui.spec import parse

PRESET = 'network = "vgg-mini"\ndataset = "mnist"\nvariants = ["standard", "bn"]'


def run(*overrides: str, name: str = "p", title: str = "") -> OpenedRun:
    return OpenedRun(Path("/runs") / "-".join(overrides or ("run",)), parse(PRESET, name, overrides=overrides), title)


def labels_of(runs: Iterable[OpenedRun]) -> list[str]:
    return labels(grouped(runs))


def test_what_differs_only_in_seed_and_texts_is_one_group() -> None:
    runs = [run("seed=1"), run("seed=0", "device=cpu"), run("seed=2", 'about="again"', name="other")]
    (group,) = grouped(runs)
    assert list(group) == [1, 0, 2]
    assert labels([group]) == [""]


def test_a_further_run_of_a_seed_is_no_further_evidence() -> None:
    runs = [run(), run("seed=1"), run("device=cpu")]
    assert [list(group) for group in grouped(runs)] == [[0, 1], [0]]
    assert labels_of(runs) == ["A", "B"]


def test_runs_of_an_earlier_version_with_other_numbers_are_a_group_of_their_own() -> None:
    runs = [run(), replace(run("seed=1"), older=True), run("seed=2")]
    assert [list(group) for group in grouped(runs)] == [[0, 2], [1]]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (["optimizer.lr=0.1", "optimizer.lr=0.03"], ["lr=0.1", "lr=0.03"]),
        (["optimizer.lr=0.2", "batch_size=16"], ["lr=0.2", "lr=0.1"]),
        (["dataset=digits", "dataset=mnist"], ["digits", "mnist"]),
        (["variants.bn.lr=0.1", "variants.bn.lr=0.2"], ["lr=0.1", "lr=0.2"]),
        (
            [f"optimizer.lr={lr} batch_size={size}" for lr in (0.1, 1) for size in (8, 16)],
            ["batch_size=8 lr=0.1", "batch_size=16 lr=0.1", "batch_size=8 lr=1", "batch_size=16 lr=1"],
        ),
        (["optimizer.lr=0.1 steps=5", "optimizer.lr=0.2 steps=5000"], ["lr=0.1", "lr=0.2"]),
        (
            [
                "optimizer.lr=0.001 batch_size=8",
                "optimizer.lr=0.001 batch_size=16",
                "optimizer.lr=0.001 batch_size=8 optimizer.momentum=0.9",
                "optimizer.lr=1 batch_size=16 optimizer.momentum=0.9",
                "optimizer.lr=1 batch_size=8",
            ],
            [
                "ba=8 lr=0.001 mo=0",
                "ba=16 lr=0.001 mo=0",
                "ba=8 lr=0.001 mo=0.9",
                "ba=16 lr=1 mo=0.9",
                "ba=8 lr=1 mo=0",
            ],
        ),
        (["noise.additive=[[0.1,0.1]]", "noise.additive=[[0.2,0.1]]"], ["A", "B"]),
    ],
)
def test_labels_are_the_shortest_settings_that_tell_groups_apart(settings: list[str], expected: list[str]) -> None:
    runs = [run(*setting.split(), f"seed={seed}") for setting in settings for seed in (0, 1)]
    assert labels_of(runs) == expected


def test_a_short_title_of_a_single_run_is_its_label() -> None:
    assert labels_of([run("steps=5", title="short"), run("steps=6")]) == ["short", "steps=6"]
    assert labels_of([run("steps=5", title="same"), run("steps=6", title="same")]) == ["steps=5", "steps=6"]
    assert labels_of([run("steps=5", title="rather a long title"), run("steps=6")]) == ["steps=5", "steps=6"]
    assert labels_of([run("steps=5", title="of one seed"), run("steps=5", "seed=1"), run("steps=6")])[0] == "steps=5"


def test_there_are_letters_for_any_number_of_groups() -> None:
    named = labels_of([run() for _ in range(28)])
    assert (named[:2], named[25:]) == (["A", "B"], ["Z", "AA", "AB"])
