"""What the command palette offers: every key of the screen, presets, themes and runs, from the lists themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from bntui.run.sources.comparison import ComparedRuns
from bntui.run.storage import folders
from bntui.spec import ExperimentSpec
from bntui.tui.screens.dashboard import DashboardScreen

if TYPE_CHECKING:
    from bntui.tui.app import DashboardApp

_UNASKED = 10
"""So many runs are offered before anything is typed."""


class Command(NamedTuple):
    """A line of the palette."""

    name: str
    help: str
    run: Callable[[], object]


class Commands(Provider):
    """Everything that can be done from the screen below."""

    async def startup(self) -> None:
        """Look what there is, once. Of runs only the ids: opening each would keep the reader waiting."""
        self._app = cast("DashboardApp", self.app)
        self._presets = [each for each in self._app.presets() if isinstance(each, ExperimentSpec)]
        self._runs = folders.all_runs(self._app.runs_dir)[::-1] if self._app.runs_dir else []

    async def discover(self) -> Hits:
        """Everything, but for older runs."""
        for command in self._commands(self._runs[:_UNASKED]):
            yield DiscoveryHit(command.name, command.run, help=command.help)

    async def search(self, query: str) -> Hits:
        """What matches."""
        matcher = self.matcher(query)
        for command in self._commands(self._runs):
            score = max(matcher.match(command.name), 0.9 * matcher.match(command.help))
            if score > 0:
                yield Hit(score, matcher.highlight(command.name), command.run, help=command.help)

    def _commands(self, runs: list[Path]) -> Iterator[Command]:
        return chain(self._keys(), self._trainings(), self._lookings(runs), self._themes())

    def _keys(self) -> Iterator[Command]:
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            if enabled and binding.tooltip:
                act = partial(self._app.run_action, binding.action, node)
                yield Command(binding.tooltip, f"key {self._app.get_key_display(binding)}", act)

    def _trainings(self) -> Iterator[Command]:
        for preset in self._presets:
            yield Command(f"Train {preset.name}", preset.title, partial(self._app.train, preset))

    def _lookings(self, runs: list[Path]) -> Iterator[Command]:
        shown = self.screen.source.folder if isinstance(self.screen, DashboardScreen) else None
        for folder in runs:
            yield Command(
                f"Open run {folder.name}", "On top of this; escape comes back", partial(self._app.open_run, folder)
            )
            if shown and shown != folder:
                together = partial(ComparedRuns, [shown, folder])
                yield Command(
                    f"Compare with run {folder.name}",
                    "The run that is shown, and this one",
                    partial(self._app.open_source_screen, together),
                )

    def _themes(self) -> Iterator[Command]:
        for theme in sorted(self._app.available_themes):
            yield Command(f"Theme {theme}", "Colours", partial(setattr, self._app, "theme", theme))
