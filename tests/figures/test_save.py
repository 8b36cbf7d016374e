"""Names of saved files, and the folder that they are written to."""

import pytest

from bntui.figures.save import file_stem, save
from bntui.records import UserError

FILES = {"a.svg": "<svg/>", "a.png": b"png"}


def test_stems_are_ascii_words():
    assert file_stem("β of conv2, Δ 10 to 20") == "beta-of-conv2-delta-10-to-20"


def test_files_are_written_to_the_folder_of_the_run(tmp_path):
    paths = (tmp_path / "a.svg", tmp_path / "a.png")
    assert save(FILES, tmp_path) == (f"saved in {tmp_path}: a.svg a.png", paths)
    assert (tmp_path / "a.svg").read_text() == "<svg/>" and (tmp_path / "a.png").read_bytes() == b"png"


def test_the_working_directory_is_second_choice(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    missing = tmp_path / "missing"
    message, paths = save(FILES, missing)
    assert message == f"saved in {tmp_path}, because {missing} cannot be written: a.svg a.png"
    assert all(path.parent == tmp_path for path in paths)


def test_an_error_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("bntui.figures.save.Path.cwd", lambda: tmp_path / "gone")
    with pytest.raises(UserError, match="gone: cannot be written"):
        save(FILES, None)
