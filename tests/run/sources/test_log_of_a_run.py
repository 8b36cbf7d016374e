"""What a run writes to its log: how it began and ended, its notices, and what libraries warn of, from loading on."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest

import bntui.data as data
from bntui.data import Unavailable
from bntui.run.sources.live import LiveRun
from bntui.run.storage.log_tail import LogTail
from bntui.spec import parse
from bntui.views.run_log import RunLog, log_entries

PRESET = """
network = "blog-cnn"
dataset = "mnist"
steps = 2
batch_size = 8
variants = ["standard"]
"""


def test_what_happens_while_loading_is_logged_once_there_is_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(request: Any) -> Any:
        warnings.warn("an old driver", stacklevel=1)
        raise Unavailable("mnist", Path("here"), "no network")

    monkeypatch.setitem(data.DATASETS, "mnist", data.DatasetLoader(unavailable))
    live = LiveRun(parse(PRESET, "small"), tmp_path, None, fall_back=True)
    with pytest.warns(UserWarning, match="an old driver"):
        live.work()
    assert live.folder
    entries = log_entries({"": RunLog(live.notices, LogTail(live.folder).read())})
    assert [entry.is_notice for entry in entries] == [False, True, False, False]
    warning, fallback, begin, end = (entry.text for entry in entries)
    assert warning.endswith("UserWarning: an old driver") and fallback.startswith("digits instead")
    assert begin == f"run {live.run_id} trains from step 0 of 2"
    assert end == f"run {live.run_id} finished after 2 of 2 steps"
    assert all(entry.time for entry in entries)
