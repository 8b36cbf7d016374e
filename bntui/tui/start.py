"""The start page: presets to choose from, with what each shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from bntui.records import UserError
from bntui.spec import ExperimentSpec
from bntui.tui.gate import GatedScreen, TooSmall

Preset = ExperimentSpec | UserError


class StartScreen(GatedScreen):
    """Choose with the arrow keys and Enter; an error of the last choice stays in sight."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "app.runs", "runs", tooltip="All runs: open, compare, note"),
        Binding("question_mark", "app.help", "help", tooltip="This list", key_display="?"),
        Binding("q", "app.quit_run", "quit", tooltip="Quit; asks while training runs"),
    ]

    class Chosen(Message):
        """A preset to train."""

        def __init__(self, spec: ExperimentSpec) -> None:
            super().__init__()
            self.spec = spec

    def __init__(self, presets: Sequence[Preset]) -> None:
        super().__init__(id="start")
        self._presets = list(presets)

    def compose(self) -> ComposeResult:
        """A heading, the list, and a line for errors."""
        yield Static(
            Text.assemble(
                ("bntui", "bold"), "  why batch normalization works, live    ", ("↑ ↓ and enter to train", "dim")
            ),
            id="title",
        )
        yield OptionList(*self._options(), id="presets")
        yield Static("", id="error", markup=False)
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_mount(self) -> None:
        """Keys go to the list."""
        presets = self.query_one("#presets", OptionList)
        presets.focus()
        presets.highlighted = next(
            (place for place, preset in enumerate(self._presets) if isinstance(preset, ExperimentSpec)), None
        )

    def say(self, error: str) -> None:
        """Show why a choice came to nothing, until the next one."""
        self.query_one("#error", Static).update(error)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Hand the chosen spec to the app."""
        preset = self._presets[event.option_index]
        if isinstance(preset, ExperimentSpec):
            self.say("")
            self.post_message(self.Chosen(preset))

    def _options(self) -> list[Option]:
        if not self._presets:
            return [Option("no presets found", disabled=True)]
        return [
            Option(_described(preset))
            if isinstance(preset, ExperimentSpec)
            else Option(Text(f"✖ {preset}"), disabled=True)
            for preset in self._presets
        ]


def _described(spec: ExperimentSpec) -> Text:
    """Three lines: name and title; what it shows; with what."""
    variants = ", ".join(variant.name for variant in spec.variants)
    facts = f"{variants} · {spec.network} on {spec.dataset} · {spec.steps:,} steps"
    if spec.source:
        facts += f" · {spec.source}"
    text = Text.assemble((spec.name, "bold"), "  ", spec.title, overflow="ellipsis", no_wrap=True)
    if spec.about:
        text.append("\n" + " ".join(spec.about.split()))
    text.append("\n" + facts + "\n", style="dim")
    return text
