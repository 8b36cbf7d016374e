"""The wheel contains all files that are read at run time, and no tests."""

import shutil
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from bntui import __version__

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    # Built from a copy, so that the build writes nothing into the working tree.
    tree = tmp_path_factory.mktemp("tree")
    for name in ("bntui", "presets"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    (built,) = WheelBuilder(str(tree)).build(directory=str(tree / "dist"), versions=["standard"])
    return zipfile.Path(built)


def _below(folder: Path, pattern: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in folder.rglob(pattern)}


@pytest.mark.parametrize(
    "pattern", ["*.py", "*.toml", "py.typed", "*.npz", "*.tcss", "*.html", "*.css", "*.js", "page/*"]
)
def test_it_contains_the_package(wheel: zipfile.Path, pattern: str) -> None:
    missing = {name for name in _below(ROOT / "bntui", pattern) if not wheel.joinpath(name).is_file()}
    assert not missing


def test_it_contains_the_digits_and_a_stylesheet(wheel: zipfile.Path) -> None:
    assert wheel.joinpath("bntui/data/digits.npz").read_bytes() == (ROOT / "bntui/data/digits.npz").read_bytes()
    assert [path for path in wheel.joinpath("bntui/tui").iterdir() if path.name.endswith(".tcss")]


def test_it_contains_the_presets(wheel: zipfile.Path) -> None:
    for preset in (ROOT / "presets").rglob("*.toml"):
        packed = wheel.joinpath("bntui/presets", preset.relative_to(ROOT / "presets").as_posix())
        assert packed.read_text(encoding="utf-8") == preset.read_text(encoding="utf-8")


def test_it_contains_no_other_package(wheel: zipfile.Path) -> None:
    tops = {path.name for path in wheel.iterdir()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"bntui"}


def test_its_version_is_that_of_the_package(wheel: zipfile.Path) -> None:
    assert wheel.root.filename and f"bntui-{__version__}-" in wheel.root.filename
    assert not wheel.joinpath("bntui/README.md").exists()


def test_it_has_the_command_the_license_and_the_readme(wheel: zipfile.Path) -> None:
    (info,) = (path for path in wheel.iterdir() if path.name.endswith(".dist-info"))
    assert "bntui = bntui.cli.main:main" in info.joinpath("entry_points.txt").read_text()
    assert info.joinpath("licenses/LICENSE").is_file()
    assert "Batch" in info.joinpath("METADATA").read_text(encoding="utf-8")
