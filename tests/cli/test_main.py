"""The entry point: a user's mistake is one line and exit status 2; help and version need no torch."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bntui import __version__
from bntui.cli.main import execute
from tests.cli.conftest import Bntui


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("--preset nosy", "unknown preset 'nosy'; did you mean noisy"),
        ("--preset nosy --headless", "unknown preset 'nosy'; did you mean noisy"),
        ("--presets", "no such option: --presets"),
        ("--preset noisy --seed x", "invalid value for '--seed'"),
        ("--colors pink", "--colors pink: choose from auto, truecolor, 256, 16, none"),
        ("--markers dots", "--markers dots: choose from auto, braille, ascii"),
        ("--preset noisy --steps 0", "steps = 0: should be greater than or equal to 1"),
        ("--preset noisy --lr 0", "optimizer.lr = 0.0: should be greater than 0"),
        ("--preset noisy --lr nan", "optimizer.lr = nan"),
        ("--preset noisy --device gpu", "unknown device 'gpu'; "),
        ("--preset noisy --dataset minst", "unknown data set 'minst'; did you mean mnist"),
        ("--preset noisy --set stepz=1", "stepz = 1: unknown key; did you mean steps?"),
        ("--preset blog-lr --lr 0.3", "every variant has its own lr; use --set variants."),
        ("--preset noisy --csv /nowhere/x.csv", "there is no folder /nowhere"),
        ("--preset noisy --runs-dir /proc/none", "runs folder /proc/none: cannot be written"),
        ("--preset noisy --steps 1e3", "invalid value for '--steps': should be a valid integer"),
        ("--preset noisy --steps 99999999999999999999", "steps: an integer of more than 64 bits"),
        ("--preset noisy --seed -1", "seed = -1: should be greater than or equal to 0"),
        ("--preset noisy --dataset ~/\x1b[2J", "should have no line breaks and control characters"),
        ("--preset noisy --runs-dir " + "n" * 300, "cannot be written (File name too long)"),
        ("--preset noisy --runs-dir ~no-such-user/x", "~no-such-user/x: there is no such user"),
        ("--preset " + "n" * 300, "unknown preset 'nnn"),
        ("--preset " + "n" * 300 + ".toml", "nnn.toml: no such file"),
        ("runs --runs-dir " + "n" * 300, "cannot be read (File name too long)"),
        ("export " + "n" * 300, "no run 'nnn"),
        ("n" * 300, "no such command 'nnn"),
        ("pause x y", "got unexpected extra argument(s) (y)"),
        ("serve --port 99999", "invalid value for '--port': should be less than or equal to 65535"),
        ("--headless", "--headless needs --preset NAME"),
        ("frobnicate", "no such command 'frobnicate'"),
        ("presets show nosy", "unknown preset 'nosy'; did you mean noisy"),
        ("export none", "no run 'none'"),
        ("export last", "there are no runs"),
        ("claims last", "there are no runs"),
        ("attach", "there are no runs"),
        ("stop last", "there are no runs"),
        ("replay last", "there are no runs"),
        ("rename last x", "there are no runs"),
        ("note last x", "there are no runs"),
        ("delete last --yes", "there are no runs"),
        ("export last --from -1", "'--from': should be greater than or equal to 0"),
        ("export last --format xml", "--format xml: choose from long, wide"),
        ("--preset noisy --headless --dataset folder:/nowhere", "/nowhere: no such folder"),
        ("--preset noisy --headless --dataset digits --batch-size 1501", "digits has 1500 training samples"),
        ("--preset noisy --headless --dataset digits --set network=vg-mini", "did you mean vgg-mini"),
        ('--preset noisy --headless --dataset digits --set variants=["bm"]', "unknown variant 'bm'; did you mean bn"),
        ("--preset noisy --headless --dataset digits --set probes.beta.every=1", "unknown probe 'beta'"),
        ("--preset noisy --headless --dataset digits --set probes.test.every=-1", "probes.test.every = -1"),
        ("--preset noisy --headless --dataset digits --device cuda:99", "device cuda:99: "),
    ],
    ids=lambda text: text[:40],
)
def test_a_mistake_is_one_line_and_status_2(command: str, message: str, bntui: Bntui) -> None:
    status, _, error = bntui(*command.split())
    assert status == 2
    assert message in error
    assert error.startswith("bntui: ")
    assert error.count("\n") == 1 and len(error) < 410


@pytest.mark.parametrize("command", ["", "--preset noisy", "attach RUN", "replay RUN", "replay RUN --speed 2"])
def test_a_command_with_a_screen_needs_a_terminal(command: str, bntui: Bntui, finished_run: Path) -> None:
    status, out, error = bntui(*command.replace("RUN", str(finished_run)).split())
    assert (status, out, error.count("\n")) == (2, "", 1)
    assert "is not a terminal, which the dashboard needs; " in error
    assert ("bntui export" if "RUN" in command else "--headless") in error


def test_the_version(bntui: Bntui) -> None:
    assert bntui("--version") == (0, f"bntui {__version__}\n", "")


def test_help_names_every_command(bntui: Bntui) -> None:
    status, out, _ = bntui("--help")
    assert status == 0
    for word in ("--preset", "--headless", "--csv", "--runs-dir", "presets", "runs", "export"):
        assert word in out


NOT_NEEDED = ("torch", "numpy", "textual", "pydantic", "rich")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(option: str) -> None:
    script = (
        "import sys; from bntui.cli.main import execute; execute([sys.argv[1]]);"
        f"print(*(name for name in {NOT_NEEDED!r} if name in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, option], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("command", [["presets"], ["--help"]])
def test_a_reader_that_leaves_is_no_error(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1) as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert execute(command) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [["presets"], ["--help"]])
def test_a_full_disk_under_the_output_is_one_line(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = None
    # Closing the device fails as writing to it does.
    with contextlib.suppress(OSError), Path("/dev/full").open("w", buffering=1) as output:
        monkeypatch.setattr(sys, "stdout", output)
        status = execute(command)
    assert status == 2
    assert capsys.readouterr().err == "bntui: standard output: cannot be written: No space left on device\n"
