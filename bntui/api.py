"""The Python API: train a preset, load a run, and get its measurements as arrays, tables, figures and claims."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bntui import data
from bntui.claims.check import check
from bntui.claims.measured_run import MeasuredRun
from bntui.claims.result import Result
from bntui.overrides import load_experiment, overridden, override_texts
from bntui.records import Checkpoint, Column, Notice, Progress, RunInfo, State, UserError, divergence_steps
from bntui.run.exports.scalars import arrays
from bntui.run.exports.table import table_of
from bntui.run.series.history import History, Key, Points
from bntui.run.storage import checkpoints, folders, machine
from bntui.run.storage.listing import summaries
from bntui.run.storage.provenance import Provenance
from bntui.run.storage.reader import RunReader
from bntui.run.storage.stored_history import read_history, read_readings
from bntui.run.storage.summary import Summary
from bntui.spec import ExperimentSpec
from bntui.user_paths import expanded

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame
    from torch.nn import Sequential

    from bntui.views.focus import Focus
    from bntui.views.view import View

__all__ = ["Run", "UserError", "load", "runs", "train"]

Folder = str | Path | None


def train(
    preset: str | Path | ExperimentSpec,
    *,
    runs_dir: Folder = None,
    data_dir: Folder = None,
    progress: bool = True,
    fall_back: bool = False,
    with_host: bool = False,
    **overrides: Any,
) -> Run:
    """Train the variants of a preset side by side in this process, and return the finished run.

    `preset` is a preset's name, the path of a TOML file, or a spec. `overrides` are keys of the preset: `dataset`,
    `device`, `steps`, `seed`, `batch_size`, `lr`, and any other by its dotted name, as in
    `**{"probes.smoothness.every": 10}`. `runs_dir` is where runs are kept (default: BNTUI_RUNS_DIR, else the user's
    data folder), `data_dir` where data sets are, or go. `progress` shows a progress bar on standard error or in the
    notebook. `fall_back` trains on the digits that ship with the package if the data set cannot be had. `with_host`
    keeps this machine's name in the run's provenance.

    Ctrl+C, or interrupting the notebook's kernel, ends training after the step under way and raises
    KeyboardInterrupt; the run keeps what was measured, and `load("last")` returns it. Raises UserError for a mistake
    in the arguments and for a data set that cannot be had. If training fails, the original error is raised, and the
    run keeps what was measured before.
    """
    from rich.console import Console

    from bntui.headless.training_lines import Headless
    from bntui.run.sources.live import LiveRun

    texts = override_texts(overrides)
    spec = load_experiment(preset, texts)
    data.check_name(spec.dataset)
    source = LiveRun(
        spec,
        _runs_dir(runs_dir),
        Path(data_dir) if data_dir else None,
        fall_back=fall_back,
        keep_steps=overridden("steps", texts),
        session=machine.session(_call(preset, overrides), with_host),
    )
    headless = Headless(source, Console(stderr=True, quiet=not progress), owns_process=False)
    headless.run()
    if headless.failure:
        raise headless.failure
    if headless.signal:
        raise KeyboardInterrupt
    assert source.folder
    return Run(source.folder)


def _call(preset: str | Path | ExperimentSpec, overrides: Mapping[str, Any]) -> str:
    """Return the call of `train` as Python text, without the arguments that change no measurement."""
    what = "spec" if isinstance(preset, ExperimentSpec) else repr(str(preset))
    keywords = [f"{key}={value!r}" for key, value in overrides.items() if key.isidentifier()]
    dotted = {key: value for key, value in overrides.items() if not key.isidentifier()}
    return f"bntui.train({', '.join([what, *keywords, *([f'**{dotted!r}'] if dotted else [])])})"


def load(run: str | Path = "last", *, runs_dir: Folder = None) -> Run:
    """Return a run that is over, or one that still trains as far as it has come.

    `run` is an id, a unique prefix of one, 'last', or a run's folder. Raises UserError if none or several match, or
    the run cannot be read.
    """
    return Run(folders.find(str(run), _runs_dir(runs_dir)))


def runs(*, runs_dir: Folder = None) -> list[Summary]:
    """Return a summary of each run, oldest first: id, title, preset, data set, state, newest accuracies and more.

    A run that cannot be read has `spec` None, and its `state` is 'unreadable: ' with the reason.
    """
    return list(summaries(_runs_dir(runs_dir)))


def _runs_dir(given: Folder) -> Path:
    return expanded(given or os.environ.get("BNTUI_RUNS_DIR") or folders.default_runs_dir())


class Run:
    """A run on disk, as it was when it was loaded.

    `run_id` names it, `folder` holds it; `title` and `note` are '' unless given. `spec` is the resolved experiment,
    `state` a `State` such as 'finished', `progress` the steps done and the seconds spent, `notices` what happened,
    such as a divergence, and `provenance` how it was made: commands, versions, machines, data and times.
    """

    def __init__(self, folder: Path) -> None:
        """Raise UserError if there is no run in the folder, or one that cannot be read."""
        with RunReader(folder) as reader:
            self.folder: Path = folder
            self.run_id: str = reader.run_id
            self.title: str = reader.value("title", "")
            self.note: str = reader.value("note", "")
            self.state: State = reader.state
            self.spec: ExperimentSpec = reader.spec
            self.progress: Progress = reader.progress
            self.notices: tuple[Notice, ...] = reader.notices()
            self.provenance: Provenance = reader.provenance
            self._info = reader.info

    def __repr__(self) -> str:
        variants = ", ".join(variant.name for variant in self.spec.variants)
        return f"<Run {self.run_id}: {variants}; {self.state}, {self.progress.steps} of {self.spec.steps} steps>"

    @property
    def info(self) -> RunInfo:
        """The variants, layers, columns, data set and device of the run. Raises UserError if nothing was measured."""
        if self._info is None:
            raise UserError(f"run {self.run_id}: nothing was measured")
        return self._info

    @property
    def columns(self) -> tuple[Column, ...]:
        """The measured columns, each with `probe`, `name`, `layer` ('' for the whole network) and `unit`."""
        return self.info.columns

    def points(self, probe: str, name: str, *, variant: str, layer: str | None = None) -> Points:
        """Return a column of a variant as `steps` (n,), int32 and rising, and `values` (n,), float32.

        `layer` is needed where the probe measures each layer. Values of a network that diverged may be NaN or
        infinite. Raises UserError for an unknown probe, name, layer or variant, and lists the choices.
        """
        self._choose("variant", variant, self.info.variants)
        self._choose("probe", probe, (column.probe for column in self.columns))
        self._choose(f"{probe} column", name, (column.name for column in self.columns if column.probe == probe))
        layers = [column.layer for column in self.columns if (column.probe, column.name) == (probe, name)]
        if not layer and "" not in layers:
            raise UserError(
                f"run {self.run_id}: {probe} {name} is of each layer; choose layer= from {', '.join(layers)}"
            )
        self._choose_layer(f"{probe} {name}", layer, layers)
        return self._history.points(Key(variant, probe, name, layer or ""))

    def to_pandas(self) -> DataFrame:
        """Return all measurements as the long CSV has them, one scalar a row.

        The columns are run, variant, step, epoch, probe, layer, name and value; `layer` is '' where a value is of the
        whole network. Raises UserError if pandas is not installed or nothing was measured.
        """
        try:
            import pandas
        except ModuleNotFoundError:
            raise UserError("to_pandas needs pandas: pip install 'bntui[pandas]'") from None
        with RunReader(self.folder) as reader:
            return pandas.DataFrame(arrays(table_of([reader]).runs[0]))

    def report(self, path: Path | str | None = None, *others: Run) -> Path:
        """Write a report of the run as one HTML file, by default RUN.html in the working folder, and return its path.

        It shows the run as it is on disk now. With `others`, runs that differ only in their seed are shown together,
        and runs of other presets in sections of their own. A file that exists is replaced. Raises UserError if Bokeh is
        not installed, or the file cannot be written.
        """
        from bntui.report.measured import read
        from bntui.report.save import default_name, save_report

        measured = read(run.folder for run in (self, *others))
        return save_report(measured, expanded(path) if path else Path(default_name(measured)))

    def figure(self, view: str, layer: str | None = None, log: bool | None = None) -> Figure:
        """Draw one of the dashboard's charts for a paper, and return it as a matplotlib figure of 6.4 × 4 inches.

        `view` is a name in `bntui.views.view_catalogue.VIEWS`, such as 'accuracy' or 'beta'. `layer` is the layer to
        show or to mark, by default the first one that is not trivial. `log` chooses the scale, by default the view's.
        Raises UserError for an unknown view or layer, if the run has no values for the view, and if matplotlib is not
        installed.
        """
        from bntui.figures import matplotlib_figure
        from bntui.views.draw_options import default_options
        from bntui.views.view_catalogue import VIEWS

        self._choose("view", view, VIEWS)
        if not matplotlib_figure.available():
            raise UserError("figure needs matplotlib: pip install 'bntui[figures]'")
        self._choose_layer(view, layer, VIEWS[view].layers(self._history))
        figure = VIEWS[view](self._history, self._focus(VIEWS[view], layer))
        if not figure.measured:
            raise UserError(f"run {self.run_id}: {figure.empty}")
        options = default_options(figure, self.progress.steps)
        origin = f"{self.run_id} · {self.spec.network} on {self.info.dataset} · seed {self.spec.seed}"
        return matplotlib_figure.draw(
            figure,
            options if log is None else replace(options, log=log),
            caption=f"{origin} · step {self.progress.steps:,}",
        )

    def _focus(self, view: View, layer: str | None) -> Focus:
        from bntui.views.focus import Focus

        layers = view.layers(self._history)
        # Views with a note on the first layer are 0 there by definition.
        shown = layers[1:] if view.first_layer_note and len(layers) > 1 else layers
        return Focus(
            layer or next(iter(shown), ""),
            every=self.spec.schedules,
            ended=divergence_steps(self.notices),
            step=self.progress.steps,
            over=self.state.over,
        )

    def model(self, variant: str, step: int | None = None) -> Sequential:
        """Return a variant's network with its weights after `step` steps, by default those of the newest checkpoint.

        It is a `torch.nn.Sequential` on the CPU, in evaluation mode as for the test set; `.train()` changes that. Its
        input is (batch, channels, height, width) with values in [0, 1]. Raises UserError for an unknown variant, one
        that diverged before, and a step without a checkpoint, and lists the choices.
        """
        from bntui.train.state import network_at

        self._choose("variant", variant, self.info.variants)
        of_variant = next(spec for spec in self.spec.variants if spec.name == variant)
        checkpoint = self._checkpoint(step)
        try:
            return network_at(self.spec, of_variant, self.info.classes, checkpoint)
        except UserError as error:
            raise UserError(f"run {self.run_id}: {error}") from None

    def _checkpoint(self, step: int | None) -> Checkpoint:
        return checkpoints.last(self.folder) if step is None else checkpoints.read(self.folder, step)

    def claims(self, *others: Run) -> tuple[Result, ...]:
        """Check what the papers claim, and return a result for each claim: effect, 95 % interval, verdict, reason.

        One run shows effects, without a verdict. With `others`, runs of the same experiment under other seeds, the
        effects are averaged over the seeds; from three runs on, if all are finished, there are intervals and verdicts,
        of which with 95 % probability none is false. Raises UserError if the runs do not belong together.
        """
        return check([run._measured() for run in (self, *others)])

    def _measured(self) -> MeasuredRun:
        with RunReader(self.folder) as reader:
            readings = read_readings(reader)
        return MeasuredRun(self.spec, self._history, self.notices, self.run_id, self.state, readings)

    @cached_property
    def _history(self) -> History:
        with RunReader(self.folder) as reader:
            return read_history(reader, self.info)

    def _choose_layer(self, quantity: str, layer: str | None, layers: Sequence[str]) -> None:
        """Raise UserError if a layer is given that is not among those of the quantity."""
        if layer and not any(layers):
            raise UserError(f"run {self.run_id}: {quantity} is of the whole network; leave out layer='{layer}'")
        if layer:
            self._choose(f"layer of {quantity}", layer, layers)

    def _choose(self, kind: str, value: str, choices: Iterable[str]) -> None:
        """Raise UserError unless the value is one of the choices."""
        known = list(dict.fromkeys(choices))
        if value not in known:
            raise UserError(f"run {self.run_id}: unknown {kind} '{value}'; choose from {', '.join(known)}")
