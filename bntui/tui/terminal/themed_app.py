"""An app that adapts to its terminal and remembers the user's settings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial

from rich.color import ColorSystem
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.filter import LineFilter, Monochrome, NoColor

from bntui.page_spec import PageSpec
from bntui.printable_text import quoted
from bntui.records import UserError
from bntui.tui.terminal.ascii_filters import AsciiFilter, EightBitFilter, NoColorFilter
from bntui.tui.terminal.capabilities import (
    Capabilities,
    Colors,
    DisplayOverrides,
    Markers,
    detect_colors,
    detect_markers,
)
from bntui.tui.terminal.desktop_notification import notification
from bntui.tui.terminal.printable_filter import PrintableFilter
from bntui.tui.terminal.settings import Settings, SettingsFile
from bntui.tui.terminal.textual_internals import HookedApp, set_color_system, write_control

_COLOR_SYSTEMS = {
    Colors.TRUECOLOR: ColorSystem.TRUECOLOR,
    Colors.EIGHT_BIT: ColorSystem.EIGHT_BIT,
    Colors.ANSI: ColorSystem.STANDARD,
    Colors.NONE: ColorSystem.STANDARD,
}


_ATTEMPTS, _ATTEMPT_SECONDS = 50, 0.02
"""How often to look whether a screen has got its new size."""


class ThemedApp(HookedApp):
    """Draws with what the terminal can show, no faster than it takes it; `bytes_written` counts the bytes sent."""

    def __init__(self) -> None:
        super().__init__()
        self.capabilities = Capabilities()
        self.bytes_written = 0
        self._settings_file = SettingsFile()
        self._settings = self._settings_file.settings
        self._environment: Mapping[str, str] = os.environ
        self._terminal_filters: tuple[LineFilter, ...] = ()
        self._saved_theme = self.theme
        self._held: ExitStack | None = None
        self._missed = False
        self._awaited: tuple[int, int] | None = None
        self._attempts = 0
        self.is_watched = True
        """Whether somebody may look at the screen."""

    def apply_settings(
        self, file: SettingsFile, overrides: DisplayOverrides, environment: Mapping[str, str] = os.environ
    ) -> None:
        """Use these settings and options; call it before the app runs."""
        self._settings_file, theme = file, file.settings.theme
        self._settings, self._environment = file.settings, environment
        self.capabilities = resolve(file.settings, overrides, environment)
        if theme in self.available_themes:
            self.theme = theme
        elif theme is not None:
            file.error = f"unknown theme {quoted(theme)}; using the default"
        self._apply_capabilities()

    def _apply_capabilities(self) -> None:
        capabilities = self.capabilities
        set_color_system(self.console, _COLOR_SYSTEMS[capabilities.colors])
        self.no_color = capabilities.colors is Colors.NONE
        # With few colors Textual's own widgets are readable only in the terminal's colors.
        if capabilities.few_colors and not self.current_theme.ansi:
            self.theme = "ansi-dark" if self.current_theme.dark else "ansi-light"
        filters = (
            (AsciiFilter, capabilities.markers is Markers.ASCII),
            (EightBitFilter, capabilities.colors is Colors.EIGHT_BIT),
            (NoColorFilter, self.no_color),
        )
        self._terminal_filters = tuple(kind() for kind, needed in filters if needed)
        self._saved_theme = self.theme

    @property
    def own_pages(self) -> tuple[PageSpec, ...]:
        """The pages that the settings name."""
        return self._settings_file.settings.pages or ()

    @property
    def calls_for_attention(self) -> bool:
        """Whether the settings at the start want the bell or notifications; a page in a browser has neither."""
        return not self.is_web and (self._settings.bell or self._settings.notifications)

    def call_attention(self, text: str) -> None:
        """Ring the bell and show a desktop notification with this text, as far as the settings want them."""
        if not self.calls_for_attention:
            return
        if self._settings.bell:
            self.bell()
        if self._settings.notifications:
            sequence = notification("bntui", text, self._environment)
            if self.capabilities.markers is Markers.ASCII:
                sequence = sequence.encode("ascii", "replace").decode()
            write_control(self, sequence)

    def get_line_filters(self) -> list[LineFilter]:
        """Return Textual's filters without its own for NO_COLOR, then ours: for safety, then for the terminal."""
        filters = [item for item in super().get_line_filters() if not isinstance(item, Monochrome | NoColor)]
        return [*filters, PrintableFilter(), *self._terminal_filters]

    def count_bytes(self, count: int) -> None:
        """Add to `bytes_written`."""
        self.bytes_written += count

    def hold_drawing(self) -> None:
        """Draw nothing until `resume_drawing`; what changes in the meantime is drawn once."""
        if self._held is None:
            self._held = ExitStack()
            self._held.enter_context(self.batch_update())

    def detach_screen(self) -> None:
        """Draw nothing until `attach_screen`, since nobody looks."""
        self.is_watched = False
        self.hold_drawing()

    def attach_screen(self, width: int, height: int) -> None:
        """Draw all of the screen next, once it has this size: the terminal is empty."""
        self.is_watched = True
        self.hold_drawing()
        self._missed = True
        self._awaited, self._attempts = (width, height), _ATTEMPTS

    def before_display(self) -> None:
        self._missed = self._missed or self._held is not None

    def resume_drawing(self) -> None:
        """Draw what has changed; all of the screen if Textual discarded a part of it in the meantime."""
        if self._held is None or not self.is_watched:
            return
        if self.screen_stack and self._awaited not in (None, self.screen.outer_size) and self._attempts > 0:
            # Textual lays the screen out somewhat later; what is drawn before would stay where the new screen is blank.
            self._attempts -= 1
            self.set_timer(_ATTEMPT_SECONDS, self.resume_drawing)
            return
        self._awaited = None
        self._held.close()
        self._held = None
        if self.screen_stack:
            if self._missed:
                self.screen.refresh()
            self._missed = False
            self.screen.check_idle()

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, lambda theme: self._save_theme(theme.name))
        if self._settings_file.error:
            self.notify(self._settings_file.error, severity="warning", timeout=15, markup=False)

    def _save_theme(self, name: str) -> None:
        if name != self._saved_theme:
            self._saved_theme = name
            self.save_settings(theme=name)

    def save_settings(self, **values: object) -> None:
        """Save these settings for the next start; show a warning if that fails."""
        try:
            self._settings_file.change(**values)
        except UserError as error:
            self.notify(f"could not save the settings: {error}", severity="warning", markup=False)


def resolve(settings: Settings, overrides: DisplayOverrides, environment: Mapping[str, str]) -> Capabilities:
    """Return the capabilities from options, settings and, where both say AUTO or nothing, the environment."""
    colors, markers = overrides.colors or settings.colors, overrides.markers or settings.markers
    low_bandwidth = settings.low_bandwidth if overrides.low_bandwidth is None else overrides.low_bandwidth
    if colors is Colors.AUTO:
        colors = detect_colors(environment)
        # One of 256 colors takes half the bytes of a true color.
        colors = Colors.EIGHT_BIT if low_bandwidth and colors is Colors.TRUECOLOR else colors
    return Capabilities(colors, detect_markers(environment) if markers is Markers.AUTO else markers, low_bandwidth)


class SettingsCommands(Provider):
    """The settings in the command palette."""

    async def discover(self) -> Hits:
        for title, values, description in _choices():
            yield DiscoveryHit(title, partial(self._save, title, values), help=description)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for title, values, description in _choices():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(self._save, title, values), help=description)

    def _save(self, title: str, values: dict[str, object]) -> None:
        assert isinstance(self.app, ThemedApp)
        self.app.save_settings(**values)
        self.app.notify(f"{title}: takes effect at the next start")


def _choices() -> Iterator[tuple[str, dict[str, object], str]]:
    """Yield the title, the values and the description of each setting that the palette offers."""
    for colors in Colors:
        yield f"Colors: {colors}", {"colors": colors}, "Number of colors to draw with"
    for markers in Markers:
        yield f"Markers: {markers}", {"markers": markers}, "Characters for curves and frames"
    for title, name, description in (
        ("Low bandwidth", "low_bandwidth", "Redraw less often, for slow lines"),
        ("Bell", "bell", "Ring when a variant diverges, and when a run or a sweep ends"),
        ("Desktop notifications", "notifications", "Notify when a variant diverges, and when a run or a sweep ends"),
    ):
        for on in (True, False):
            yield f"{title}: {'on' if on else 'off'}", {name: on}, description
