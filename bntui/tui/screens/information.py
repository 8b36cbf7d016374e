"""The information window: what a pane shows, its formula and how to read it, or how a verdict was reached."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.screen import ModalScreen
from textual.widgets import Static

from bntui.tui.terminal.capabilities import Markers, capabilities_of
from bntui.tui.widgets.paragraph_parts import paragraph_parts
from bntui.views.paragraphs import Paragraph

INFORMATION = Binding("i", "information", show=False, tooltip="Explain the pane, or the verdict on a claim")


class InformationDialog(ModalScreen[None]):
    """Paragraphs, which scroll."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,i", "dismiss(None)", "Close"),
    ]

    def __init__(self, paragraphs: Iterable[Paragraph]) -> None:
        super().__init__()
        self._paragraphs = tuple(paragraphs)

    def compose(self) -> ComposeResult:
        with ScrollableContainer(classes="window"):
            unicode = capabilities_of(self.app).markers is not Markers.ASCII
            yield from paragraph_parts(self._paragraphs, unicode=unicode)
            yield Static("↑ ↓  scroll        escape  close", classes="muted answers", markup=False)
