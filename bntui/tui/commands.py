"""The command palette: every key of the screen, presets, sweeps, runs and themes, listed from their definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from bntui.run.sources.comparison import ComparedRuns
from bntui.run.sources.protocol import RunSource
from bntui.run.storage import folders
from bntui.spec import ExperimentSpec
from bntui.sweep import sweep_folder
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.widgets.preset_list import Preset

_MAX_SUGGESTED = 10
"""The most runs to suggest before anything is typed."""


class PaletteApp(Protocol):
    """The parts of the app that the palette's commands need, besides Textual's own."""

    presets: Callable[[], Sequence[Preset]]
    runs_dir: Path | None

    def train(self, spec: ExperimentSpec) -> None:
        """Start a run of a spec."""

    def open_run(self, folder: Path) -> None:
        """Show the run in a folder."""

    def open_sweep(self, name: str) -> None:
        """Show the sweep of that name."""

    def open_source_screen(self, open_source: Callable[[], RunSource]) -> None:
        """Show another source on top of the current screen."""


class Command(NamedTuple):
    """A line of the palette."""

    name: str
    help: str
    run: Callable[[], object]


class Commands(Provider):
    """Every command that is available on the screen below the palette."""

    async def startup(self) -> None:
        """List presets and run folders once. Runs are not opened: that would delay the palette."""
        self._palette_app = cast("PaletteApp", self.app)
        self._presets = [preset for preset in self._palette_app.presets() if isinstance(preset, ExperimentSpec)]
        runs_dir = self._palette_app.runs_dir
        self._runs = folders.all_runs(runs_dir)[::-1] if runs_dir else []
        self._sweeps = sweep_folder.all_sweeps(runs_dir)[::-1] if runs_dir else []

    async def discover(self) -> Hits:
        """Suggest all commands, with only the newest runs."""
        for command in self._commands(self._runs[:_MAX_SUGGESTED]):
            yield DiscoveryHit(command.name, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """Find the commands whose name or help matches; a match in the name scores higher."""
        matcher = self.matcher(query)
        for command in self._commands(self._runs):
            score = max(matcher.match(command.name), 0.9 * matcher.match(command.help))
            if score > 0:
                yield Hit(score, matcher.highlight(command.name), command.run, help=command.help)

    def _commands(self, runs: list[Path]) -> Iterator[Command]:
        return chain(
            self._key_commands(),
            self._page_commands(),
            self._preset_commands(),
            self._sweep_commands(),
            self._run_commands(runs),
            self._theme_commands(),
        )

    def _key_commands(self) -> Iterator[Command]:
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            if enabled and binding.tooltip:
                run = partial(self.app.run_action, binding.action, node)
                yield Command(binding.tooltip, f"key {self.app.get_key_display(binding)}", run)

    def _page_commands(self) -> Iterator[Command]:
        screen = self.screen
        if isinstance(screen, DashboardScreen):
            for index, (key, name) in enumerate(screen.page_names):
                yield Command(f"Page: {name}", f"key {key}" if key else "", partial(screen.action_page, index))

    def _preset_commands(self) -> Iterator[Command]:
        for preset in self._presets:
            yield Command(f"Train {preset.name}", preset.title, partial(self._palette_app.train, preset))

    def _sweep_commands(self) -> Iterator[Command]:
        for name in self._sweeps:
            yield Command(f"Open sweep {name}", "Show its points", partial(self._palette_app.open_sweep, name))

    def _run_commands(self, runs: list[Path]) -> Iterator[Command]:
        app = self._palette_app
        shown = self.screen.source.folder if isinstance(self.screen, DashboardScreen) else None
        for folder in runs:
            name = folder.name
            yield Command(f"Open run {name}", "Open on top of this screen", partial(app.open_run, folder))
            if shown and shown != folder:
                compare = partial(app.open_source_screen, partial(ComparedRuns, [shown, folder]))
                yield Command(f"Compare with run {name}", "Show the current run and this one together", compare)

    def _theme_commands(self) -> Iterator[Command]:
        for theme in sorted(self.app.available_themes):
            yield Command(f"Theme {theme}", "Change the colors", partial(setattr, self.app, "theme", theme))
