"""The start page: presets to choose from, the last runs, and what data there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from bntui.run.storage.expected_rate import expected_rate
from bntui.run.storage.listing import Summary, summaries
from bntui.spec import ExperimentSpec
from bntui.tui.screens.base import BaseScreen, TooSmall
from bntui.tui.widgets.preset_list import Preset, PresetList
from bntui.tui.widgets.run_list import RunList

_LAST = 5
_LAST_FROM = 22
"""Rows of the terminal from which the last runs are shown."""
_FIXED = 7
"""Rows that neither the presets, nor what is said of one, nor the last runs take."""


class StartScreen(BaseScreen):
    """Choose with the arrow keys and Enter; an error of the last choice stays in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "last", tooltip="To the last runs, and back"),
        Binding("b", "app.mechanics", "by hand", tooltip="BatchNorm by hand, without a run"),
        Binding("r", "app.runs", "runs", tooltip="All runs: open, compare, note"),
        Binding("question_mark", "app.help", "help", tooltip="This list", key_display="?"),
        Binding("q", "app.quit_run", "quit", tooltip="Quit; asks while training runs"),
    ]
    AUTO_FOCUS = "PresetList"

    class Chosen(Message):
        """A preset to train."""

        def __init__(self, spec: ExperimentSpec) -> None:
            super().__init__()
            self.spec = spec

    def __init__(
        self,
        presets: Sequence[Preset],
        runs_dir: Path | None = None,
        datasets: Callable[[], Mapping[str, bool]] = dict,
    ) -> None:
        """`datasets` tells of each data set whether it is on this machine."""
        super().__init__()
        self._dir = runs_dir
        self._datasets = datasets
        self._there: Mapping[str, bool] = {}
        self._runs: list[Summary] = []
        self._presets = PresetList(presets)
        self._about, self._data = Static(id="about"), Static(id="data")
        self._last = RunList("reading the runs …" if runs_dir else "", "last runs")
        self._error = Static("", id="error", markup=False)
        self._worker: Worker[list[Summary]] | None = None

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Static(Text.assemble(("bntui", "bold"), "  why batch normalization works, live"), id="title")
        yield self._presets
        yield self._about
        yield self._last
        yield self._data
        yield self._error
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_screen_resume(self) -> None:
        """What is there may have changed."""
        self._there = self._datasets()
        self._data.update(_told(self._there))
        self._describe()
        if self._dir and self._worker is None:
            self._worker = self.run_worker(self._newest_first, thread=True, group="listing", exit_on_error=False)

    def _newest_first(self) -> list[Summary]:
        return list(summaries(self._dir))[::-1] if self._dir else []

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show the last runs, and what they tell of the presets."""
        if event.worker is not self._worker or event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        worker, self._worker = self._worker, None
        if worker.result is not None:
            self._runs = worker.result
            self._last.show(self._runs[:_LAST], empty="no runs yet")
            self.share_out()
            self._describe()

    def share_out(self) -> None:
        """The presets get what the others leave."""
        height = self.app.size.height
        self._last.styles.height = max(min(len(self._runs), _LAST), 1) + 1
        self.set_class(height < _LAST_FROM, "low")
        self._about.styles.height = min(max((height - _FIXED) // 4, 3), 7)

    def say(self, error: str) -> None:
        """Show why a choice came to nothing, until the next one."""
        self._error.update(error)

    @on(PresetList.Changed)
    def _describe(self) -> None:
        chosen = self._presets.current
        if isinstance(chosen, ExperimentSpec):
            self._about.update(_described(chosen, expected_rate(chosen, self._runs), self._there))
        else:
            self._about.update(Text(str(chosen or "")))

    @on(PresetList.Chosen)
    def _chosen(self, message: PresetList.Chosen) -> None:
        self.say("")
        self.post_message(self.Chosen(message.spec))


def _described(spec: ExperimentSpec, rate: float | None, there: Mapping[str, bool]) -> Text:
    """With what, how long, what it shows, and where it is from."""
    variants = ", ".join(variant.name for variant in spec.variants)
    missing = " (is downloaded)" if not there.get(spec.dataset, True) else ""
    facts = f"{variants} · {spec.network} on {spec.dataset}{missing} · {spec.steps:,} steps"
    text = Text.assemble((spec.name, "bold"), f"  {facts}")
    if rate:
        text.append(f" · {_roughly(spec.steps / rate)} here, by the speed of earlier runs", "bold")
    if spec.source:
        text.append(f" · {spec.source}", "dim")
    return text.append("\n" + (" ".join(spec.about.split()) or spec.title))


def _roughly(seconds: float) -> str:
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 1.5 * size:
            return f"about {seconds / size:.0f} {unit}"
    return f"about {max(seconds, 2):.0f} seconds"


def _told(there: Mapping[str, bool]) -> Text:
    text = Text("data sets  ", "dim")
    for name, found in there.items():
        text.append(f"{'✔' if found else '↓'} {name}  ", "" if found else "dim")
    return text.append("↓ is downloaded when it is first trained on" if False in there.values() else "", "dim")
