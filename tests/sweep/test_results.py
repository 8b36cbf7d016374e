"""What the runs of a sweep came to, read from their folders."""

from pathlib import Path

import pytest

from bntui.records import Notice, NoticeKind, Progress, State, UserError
from bntui.run.storage.writer import RunWriter
from bntui.sweep.results import results_of
from tests.sweep.test_metrics import history_of, spec_of


def stored(runs_dir: Path, accuracy, notices=(), variants=("standard", "bn")) -> Path:
    """Write a finished run with these accuracies, and return its folder."""
    history = history_of(accuracy, beta=[2.0, 5.0], variants=variants)
    writer = RunWriter(runs_dir, spec_of(variants))
    writer.begin(history.info)
    writer.write([*history.measurements(), *notices], Progress(len(accuracy), 1.0, 0.0))
    writer.close(State.FINISHED)
    return writer.folder


def test_a_stored_run_comes_to_its_metrics_by_variant(tmp_path):
    diverged = Notice(NoticeKind.DIVERGED, "standard diverged at step 57", 57, "standard", "loss")
    found = results_of(stored(tmp_path, [0.9] * 100, [diverged]))
    assert found["standard"].metrics == {"diverged-at": 57.0}
    assert found["bn"].metrics["largest-beta"] == 5.0
    assert found["bn"].metrics["final-accuracy"] == pytest.approx(0.9)
    assert (found["standard"].learned, found["bn"].learned) == (False, True)


def test_a_folder_without_a_run_is_named(tmp_path):
    with pytest.raises(UserError, match="nothing"):
        results_of(tmp_path / "nothing")
