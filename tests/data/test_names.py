import subprocess
import sys
from pathlib import Path

import pytest

from bntui.data import DATASETS, Request, check_name, default_data_dir, load
from bntui.records import UserError


@pytest.mark.parametrize("name", [*sorted(DATASETS.keys() - {"folder"}), "folder:some/where", "folder:C:/here"])
def test_known_names_pass(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("mnst", "did you mean"),
        ("fashion", "fashion-mnist"),
        ("", "choose from cifar10, digits"),
        ("folder", "folder:PATH"),
        ("folder:", "folder:PATH"),
        ("mnist:raw", "did you mean mnist"),
    ],
)
def test_an_unknown_name_is_answered_with_suggestions(name: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        check_name(name)
    with pytest.raises(UserError, match=says):
        load(name, Request((1, 28, 28)))


def test_names_are_checked_without_torch() -> None:
    code = "import sys, bntui.data as d; d.check_name('mnist'); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_data_is_kept_in_the_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_data_dir().name == "data"
    assert Request((1, 8, 8)).data_dir == default_data_dir()
