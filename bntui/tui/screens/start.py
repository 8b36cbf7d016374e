"""The start page: the tour, the presets, the last runs, and the data sets on this machine."""

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

from bntui.number_format import duration
from bntui.run.storage.expected_rate import expected_rate
from bntui.spec import ExperimentSpec
from bntui.tour.tour import NAME, Tour
from bntui.tui.screens.base import HELP, QUIT, RUNS, SWEEPS, TooSmall
from bntui.tui.screens.run_list_screen import RunListScreen
from bntui.tui.widgets.preset_list import Preset, PresetList, TourEntry
from bntui.tui.widgets.run_list import RunList

_LAST_RUNS = 5
_LAST_RUNS_FROM = 22
"""Terminal height from which the last runs are shown."""
_FIXED_ROWS = 7
"""Rows besides the presets, the description of the selected one, and the last runs."""

_TOUR = "Begin here: pages to read, questions, and experiments that train on this machine, each in less than a minute."


class StartScreen(RunListScreen):
    """Begin the tour, or select a preset and train it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "last", tooltip="Switch between presets and last runs"),
        Binding("b", "app.mechanics", "by hand", tooltip="Compute BatchNorm by hand, without a run"),
        RUNS,
        SWEEPS,
        HELP,
        QUIT,
    ]
    AUTO_FOCUS = "PresetList"

    class Chosen(Message):
        """A preset to train."""

        def __init__(self, spec: ExperimentSpec) -> None:
            super().__init__()
            self.spec = spec

    class TourChosen(Message):
        """The tour is to begin, or to go on."""

    def __init__(
        self,
        presets: Sequence[Preset],
        runs_dir: Path | None = None,
        datasets: Callable[[], Mapping[str, bool]] = dict,
        tour: Tour | None = None,
    ) -> None:
        """`datasets` returns whether each data set is on this machine."""
        super().__init__(runs_dir)
        self._tour = tour
        self._find_datasets = datasets
        self._datasets: Mapping[str, bool] = {}
        self._presets = PresetList(presets, _tour_title(tour) if tour else "")
        self._about, self._data = Static(id="about"), Static(id="data")
        self._last = RunList("reading runs …" if runs_dir else "", "last runs")
        self._error = Static("", id="error", markup=False)

    def compose(self) -> ComposeResult:
        yield Static(Text.assemble(("bntui", "bold"), "  why batch normalization works, live"), id="title")
        yield self._presets
        yield self._about
        yield self._last
        yield self._data
        yield self._error
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_screen_resume(self) -> None:
        if self._tour:
            self._presets.retitle_tour(_tour_title(self._tour))
        # A run may have downloaded a data set.
        self._datasets = self._find_datasets()
        self._data.update(_dataset_text(self._datasets))
        self._describe()

    def show_runs(self) -> None:
        self._last.show(self._runs[:_LAST_RUNS], empty="no runs yet")
        self.arrange_widgets()
        self._describe()

    def arrange_widgets(self) -> None:
        height = self.app.size.height
        self._last.styles.height = max(min(len(self._runs), _LAST_RUNS), 1) + 1
        self.set_class(height < _LAST_RUNS_FROM, "low")
        self._about.styles.height = min(max((height - _FIXED_ROWS) // 4, 3), 7)

    def show_error(self, text: str) -> None:
        """Show why the run could not start, until the next one is started."""
        self._error.update(text)

    @on(PresetList.Changed)
    def _describe(self) -> None:
        preset = self._presets.current
        if isinstance(preset, ExperimentSpec):
            self._about.update(_preset_text(preset, expected_rate(preset, self._runs), self._datasets))
        elif isinstance(preset, TourEntry):
            self._about.update(Text.assemble((preset.name, "bold"), f"  {preset.title}\n{_TOUR}"))
        else:
            self._about.update(Text(str(preset or "")))

    @on(PresetList.TourChosen)
    def _tour_chosen(self) -> None:
        self.show_error("")
        self.post_message(self.TourChosen())

    @on(PresetList.Chosen)
    def _chosen(self, message: PresetList.Chosen) -> None:
        self.show_error("")
        self.post_message(self.Chosen(message.spec))


def _tour_title(tour: Tour) -> str:
    return f"{NAME} · {tour.done}"


def _preset_text(spec: ExperimentSpec, rate: float | None, datasets: Mapping[str, bool]) -> Text:
    """Describe a preset: configuration, expected time (`rate` in steps per second), source and purpose."""
    variants = ", ".join(variant.name for variant in spec.variants)
    missing = " (will be downloaded)" if not datasets.get(spec.dataset, True) else ""
    facts = f"{variants} · {spec.network} on {spec.dataset}{missing} · {spec.steps:,} steps"
    text = Text.assemble((spec.name, "bold"), f"  {facts}")
    if rate:
        text.append(f" · {duration(spec.steps / rate)}, estimated from earlier runs", "bold")
    if spec.source:
        text.append(f" · {spec.source}", "dim")
    return text.append("\n" + (" ".join(spec.about.split()) or spec.title))


def _dataset_text(datasets: Mapping[str, bool]) -> Text:
    text = Text("data sets  ", "dim")
    for name, present in datasets.items():
        text.append(f"{'✔' if present else '↓'} {name}  ", "" if present else "dim")
    return text.append("↓ downloaded on first use" if False in datasets.values() else "", "dim")
