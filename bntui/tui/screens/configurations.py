"""What differs between the configurations of compared runs: a line for the header, and a dialog with every key."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.screen import ModalScreen
from textual.widgets import Static

from bntui.run.sources.protocol import RunSource
from bntui.run.spec_difference import SpecDifferences, as_trained, spec_differences
from bntui.text_table import aligned


class Configurations:
    """The differences of the runs of a source, compared once all of them have been opened."""

    def __init__(self, source: RunSource) -> None:
        self._source = source
        self._differences: SpecDifferences | None = None

    @property
    def sentence(self) -> str:
        """The differences in one line; '' for a single run, and until all runs have been opened."""
        differences = self._compared()
        # Labels made of values would say the same twice.
        labels = [label for label in self._source.groups if "=" not in label]
        return differences.sentence(labels) if differences else ""

    def dialog(self) -> ConfigurationDialog | None:
        """Return a dialog with every key that differs and the ids of the runs; None where there is no sentence."""
        differences = self._compared()
        if differences is None:
            return None
        names = [label or "all" for label in self._source.groups]
        runs = [f"{name}: {_ids(group)}" for name, group in zip(names, self._source.groups.values(), strict=True)]
        table = aligned(differences.table(names)) if differences.keys else ""
        return ConfigurationDialog(self.sentence, table, "\n".join(runs))

    def _compared(self) -> SpecDifferences | None:
        source = self._source
        if self._differences is None and len(source.parts) > 1 and source.info is not None:
            groups = list(source.groups.values())
            ends = accumulate(map(len, groups), initial=0)
            members = tuple(tuple(range(first, last)) for first, last in pairwise(ends))
            specs = [as_trained(run.spec, run.info) for group in groups for run in group]
            self._differences = spec_differences(specs, members)
        return self._differences


def _ids(group: tuple[RunSource, ...]) -> str:
    return ", ".join(run.run_id for run in group)


class ConfigurationDialog(ModalScreen[None]):
    """Every key that differs, and which runs they are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,c", "dismiss(None)", "Close"),
    ]

    def __init__(self, sentence: str, table: str, runs: str) -> None:
        super().__init__()
        self._sentence, self._table, self._runs = sentence, table, runs

    def compose(self) -> ComposeResult:
        with ScrollableContainer(classes="window"):
            yield Static(self._sentence, classes="heading", markup=False)
            yield Static(self._table, classes="table", markup=False)
            yield Static(self._runs, classes="muted answers", markup=False)
            yield Static("↑ ↓ ← →  scroll        escape  close", classes="muted answers", markup=False)
