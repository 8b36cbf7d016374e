"""The Python API: trains and loads runs, and explains mistakes in one line."""

from __future__ import annotations

import csv
import doctest
import importlib
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import bntui
from bntui.data import Request, load
from bntui.data.stratified import stratified
from bntui.headless.training_lines import Headless
from bntui.overrides import load_experiment, override_texts
from bntui.records import NoticeKind, State
from bntui.run.exports.formats import export
from bntui.run.storage.reader import RunReader
from bntui.spec import parse
from bntui.train.batches import scaled
from tests.claims.test_gathered import stored
from tests.markdown import blocks, section

TINY: dict[str, Any] = {
    "network": "blog-cnn",
    "dataset": "digits",
    "batch_size": 16,
    "device": "cpu",
    "progress": False,
    "probes.test.samples": 50,
}


@pytest.fixture(scope="module")
def runs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def run(runs_dir: Path) -> bntui.Run:
    return bntui.train("noisy", steps=30, seed=1, runs_dir=runs_dir, **{**TINY, "probes.smoothness.every": 10})


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = "import sys, bntui; dir(bntui); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {"torch", "textual", "numpy", "rich", "pydantic"} & set(done.stdout.split())


def test_the_function_train_is_not_replaced_by_the_package_of_that_name() -> None:
    package = importlib.import_module("bntui.train")
    assert bntui.train.__module__ == "bntui.api"
    assert sys.modules["bntui.train"] is package


def test_every_public_name_is_documented() -> None:
    names = [getattr(bntui, name) for name in bntui.__all__ if name != "__version__"]
    assert all(
        public.__doc__ for public in (*names, *(vars(bntui.Run)[name] for name in vars(bntui.Run) if name[0] != "_"))
    )


def test_training_returns_the_run_and_loading_finds_it(run: bntui.Run, runs_dir: Path) -> None:
    assert (run.state, run.progress.steps, run.spec.seed) == (State.FINISHED, 30, 1)
    assert run.folder.parent == runs_dir
    for name in ("last", run.run_id, run.run_id[:8], run.folder):
        assert bntui.load(name, runs_dir=runs_dir).run_id == run.run_id
    assert [summary.run_id for summary in bntui.runs(runs_dir=runs_dir)] == [run.run_id]
    assert repr(run) == f"<Run {run.run_id}: standard, bn, noisy; finished, 30 of 30 steps>"


@pytest.mark.parametrize("progress", [True, False])
def test_progress_goes_to_standard_error_unless_turned_off(
    progress: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bntui.train("noisy", steps=1, runs_dir=tmp_path, **{**TINY, "progress": progress})
    printed = capsys.readouterr()
    assert printed.out == ""
    assert ("step 1 of 1" in printed.err, printed.err == "") == (progress, not progress)


def test_points_are_those_of_the_column(run: bntui.Run) -> None:
    points = run.points("smoothness", "beta", variant="bn")
    assert points.steps.tolist() == [0, 10, 20]
    assert points.values.shape == (3,)
    assert len(run.points("moments", "mean", variant="noisy", layer="conv2").steps) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("smothness", "beta", "bn", ""), "unknown probe 'smothness'; choose from train, test, gradient"),
        (("smoothness", "bata", "bn", ""), "unknown smoothness column 'bata'; choose from loss_min, "),
        (("smoothness", "beta", "bm", ""), "unknown variant 'bm'; choose from standard, bn, noisy"),
        (("smoothness", "beta", "bn", "conv1"), "smoothness beta is of the whole network; leave out layer='conv1'"),
        (("moments", "mean", "bn", ""), "moments mean is of each layer; choose layer= from conv1, conv2"),
        (("moments", "mean", "bn", "conv9"), "unknown layer of moments mean 'conv9'; choose from conv1, conv2"),
    ],
)
def test_unknown_points_are_answered_with_the_choices(
    run: bntui.Run, arguments: tuple[str, str, str, str], message: str
) -> None:
    probe, name, variant, layer = arguments
    with pytest.raises(bntui.UserError) as error:
        run.points(probe, name, variant=variant, layer=layer)
    assert str(error.value).startswith(f"run {run.run_id}: {message}")


def test_figures_are_drawn_by_the_names_of_views(run: bntui.Run) -> None:
    assert run.figure("accuracy").get_suptitle() == "train accuracy"
    assert run.figure("drift").get_suptitle() == "drift of conv1"
    assert run.figure("drift", layer="conv2").get_suptitle() == "drift of conv2"
    assert run.figure("beta")._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]  # for notebooks
    assert [run.figure("loss", log=log).axes[0].get_yscale() for log in (None, True)] == ["linear", "log"]


def test_a_run_knows_the_call_that_trained_it(run: bntui.Run) -> None:
    (session,) = run.provenance.sessions
    assert session.command == (
        "bntui.train('noisy', steps=30, seed=1, network='blog-cnn', dataset='digits', batch_size=16, device='cpu',"
        " **{'probes.test.samples': 50, 'probes.smoothness.every': 10})"
    )
    assert (session.dataset, session.train_samples, session.host) == ("digits", 1500, "")


@pytest.mark.parametrize(
    ("view", "layer", "message"),
    [
        ("bata", None, "unknown view 'bata'; choose from accuracy, loss, test_accuracy"),
        ("drift", "conv9", "unknown layer of drift 'conv9'; choose from conv1, conv2"),
        ("beta", "conv1", "beta is of the whole network; leave out layer='conv1'"),
        ("theorem41", None, "theorem 4.1 is not measured in this run; measure it with --set probes.theorem41.every="),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_explained(run: bntui.Run, view: str, layer: str | None, message: str) -> None:
    with pytest.raises(bntui.UserError) as error:
        run.figure(view, layer)
    assert str(error.value).startswith(f"run {run.run_id}: {message}")


def test_the_data_frame_equals_the_long_csv(run: bntui.Run, tmp_path: Path) -> None:
    with RunReader(run.folder) as reader:
        export(reader, tmp_path / "run.csv")
    exported = pd.read_csv(tmp_path / "run.csv", keep_default_na=False, na_values={"value": ["nan"]})
    pd.testing.assert_frame_equal(run.to_pandas(), exported, check_dtype=False)
    with (tmp_path / "run.csv").open(newline="") as file:
        assert list(run.to_pandas().columns) == next(csv.reader(file))


def test_without_pandas_the_message_says_how_to_install_it(run: bntui.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(bntui.UserError, match=r"pip install 'bntui\[pandas\]'"):
        run.to_pandas()


def test_claims_are_checked_on_one_run_or_over_seeds(run: bntui.Run, runs_dir: Path, tmp_path: Path) -> None:
    assert {result.scope for result in run.claims()} == {"in this run (seed 1)"}
    other = bntui.train("noisy", steps=30, seed=2, runs_dir=tmp_path, **{**TINY, "probes.smoothness.every": 10})
    assert {result.scope for result in run.claims(other)} == {"seeds 1, 2"}


@pytest.mark.parametrize(
    ("preset", "overrides", "message"),
    [
        ("nosy", {}, "unknown preset 'nosy'; did you mean noisy"),
        ("noisy", {"stepz": 3}, "preset noisy: stepz = 3: unknown key; did you mean steps?"),
        ("noisy", {"lr": -1.0}, "preset noisy: optimizer.lr = -1.0: should be greater than 0"),
        ("noisy", {"dataset": "minst"}, "unknown data set 'minst'; did you mean mnist"),
        ("blog-lr", {"lr": 0.3}, "preset blog-lr: every variant has its own lr"),
        ("noisy", {**TINY, "variants": ["bm"]}, "unknown variant 'bm'; did you mean bn"),
    ],
)
def test_a_mistake_in_the_arguments_is_one_line(
    tmp_path: Path, preset: str, overrides: dict[str, Any], message: str
) -> None:
    with pytest.raises(bntui.UserError) as error:
        bntui.train(preset, runs_dir=tmp_path, **{"progress": False, **overrides})
    assert message in str(error.value)
    assert "\n" not in str(error.value)
    assert not bntui.runs(runs_dir=tmp_path)


def test_data_that_cannot_be_had_raises_unless_falling_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bntui import data

    def unavailable(request: data.Request) -> Any:
        raise data.Unavailable("mnist", request.data_dir, "no network")

    monkeypatch.setitem(data.DATASETS, "mnist", data.DatasetLoader(unavailable))
    options = {**TINY, "dataset": "mnist", "steps": 1, "runs_dir": tmp_path, "data_dir": tmp_path}
    with pytest.raises(bntui.UserError, match="mnist is not in"):
        bntui.train("noisy", **options)
    run = bntui.train("noisy", fall_back=True, **options)
    assert run.info.dataset == "digits"
    assert [notice.kind for notice in run.notices] == [NoticeKind.FALLBACK]


def _at_step(monkeypatch: pytest.MonkeyPatch, number: int, act: Any) -> None:
    from bntui.train.variant_trainer import VariantTrainer

    unchanged_step = VariantTrainer.step

    def step(self: VariantTrainer, step: int, *batch: Any) -> Any:
        if step == number:
            act()
        return unchanged_step(self, step, *batch)

    monkeypatch.setattr(VariantTrainer, "step", step)


def test_an_interrupt_keeps_the_run_and_raises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _at_step(monkeypatch, 2, lambda: signal.raise_signal(signal.SIGINT))
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        bntui.train("noisy", steps=10**6, runs_dir=tmp_path, **TINY)
    assert signal.getsignal(signal.SIGINT) is before
    run = bntui.load(runs_dir=tmp_path)
    assert run.state is State.STOPPED
    assert len(run.points("train", "loss", variant="bn").steps) >= 2


def test_a_failure_is_raised_and_the_run_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("out of memory")

    _at_step(monkeypatch, 2, fail)
    with pytest.raises(RuntimeError, match="out of memory"):
        bntui.train("noisy", steps=5, runs_dir=tmp_path, **TINY)
    run = bntui.load(runs_dir=tmp_path)
    assert run.state is State.FAILED
    assert len(run.points("train", "loss", variant="bn").steps) == 2


def test_a_network_comes_with_the_weights_of_its_checkpoint(run: bntui.Run) -> None:
    dataset = load("digits", Request((1, 28, 28)))
    network = run.model("bn")
    assert not network.training
    samples = stratified(dataset.test.labels, 50)
    chosen = network(scaled(dataset.test.images[samples])).argmax(1)
    measured = run.points("test", "accuracy", variant="bn")
    assert measured.steps[-1] == 30
    assert (chosen == dataset.test.labels[samples]).float().mean().item() == measured.values[-1]
    for parameter, again in zip(network.parameters(), run.model("bn", step=30).parameters(), strict=True):
        assert torch.equal(parameter, again)


def test_a_network_that_is_not_stored_is_an_error_in_one_line(run: bntui.Run, tmp_path: Path) -> None:
    with pytest.raises(bntui.UserError, match="unknown variant 'bm'; choose from standard, bn, noisy"):
        run.model("bm")
    with pytest.raises(bntui.UserError, match="no checkpoint of step 29; there are: 30$"):
        run.model("bn", step=29)
    wild = [{"kind": "standard", "name": "wild", "lr": 1e30}, "bn"]
    other = bntui.train("noisy", steps=4, runs_dir=tmp_path, **{**TINY, "variants": wild})
    with pytest.raises(bntui.UserError, match=r"wild diverged at step \d, so the checkpoint of step 4 is without it"):
        other.model("wild")
    for path in other.folder.glob("checkpoint-*"):
        path.unlink()
    with pytest.raises(bntui.UserError, match="no checkpoint, so its weights are not stored"):
        other.model("bn")


def test_the_code_in_the_readme_prints_what_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BNTUI_RUNS_DIR", str(tmp_path / "runs"))
    code = "\n".join(blocks("python", section("In Python")))
    examples = doctest.DocTestParser().get_doctest(code, {}, "README.md", None, None)
    output: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(examples, out=output.append)
    assert results.attempted > 10
    assert not results.failed, "".join(output)


def test_training_stops_if_its_progress_cannot_be_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Headless) -> str:
        raise OSError("standard error is closed")

    monkeypatch.setattr(Headless, "_line", fail)
    with pytest.raises(OSError, match="standard error is closed"):
        bntui.train("noisy", steps=10**6, runs_dir=tmp_path, **TINY)
    assert "trainer" not in {thread.name for thread in threading.enumerate()}


def test_overrides_may_be_values_of_any_kind_and_a_preset_any_of_three() -> None:
    options = {
        "lr": np.float64(0.5),
        "steps": np.int64(7),
        "precision": "tf32",
        "title": 'β "quoted"',
        "cuda_graphs": True,
        "variants": ["standard", {"kind": "bn", "name": "bn-2", "lr": 0.1}],
        "probes.smoothness": {"every": 5, "etas": [0.5, 1e-7]},
    }
    by_name = load_experiment("noisy", override_texts(options))
    assert (by_name.optimizer.lr, by_name.steps, by_name.precision, by_name.cuda_graphs) == (0.5, 7, "tf32", True)
    assert by_name.title == 'β "quoted"'
    assert [variant.name for variant in by_name.variants] == ["standard", "bn-2"]
    assert by_name.probes["smoothness"] == {"every": 5, "etas": [0.5, 1e-7]}
    assert load_experiment(by_name) == by_name
    assert load_experiment(by_name, ["seed=3"]).seed == 3
    assert parse(by_name.toml(), "noisy") == by_name


def test_a_report_of_runs_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = (bntui.load(stored(tmp_path / "runs", seed)) for seed in range(2))
    assert first.report() == Path(f"{first.run_id}.html")
    written = first.report("both.html", second).read_text(encoding="utf-8")
    assert first.run_id in written and second.run_id in written
