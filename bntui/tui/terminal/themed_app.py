"""How the screen is to look, as the reader chose it: by options, by settings kept, by what the terminal says."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import partial

from rich.color import ColorSystem
from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.filter import LineFilter, Monochrome, NoColor

from bntui.tui.terminal.ascii_filters import AsciiFilter, EightBitFilter, NoColorFilter
from bntui.tui.terminal.capabilities import Capabilities, Colors, DisplayOverrides, Markers, colors_of, markers_of
from bntui.tui.terminal.settings import SettingsFile

_SYSTEMS = {
    Colors.TRUECOLOR: ColorSystem.TRUECOLOR,
    Colors.MANY: ColorSystem.EIGHT_BIT,
    Colors.FEW: ColorSystem.STANDARD,
    Colors.NONE: ColorSystem.STANDARD,
}


class ThemedApp(App[None]):
    """An app that draws what its terminal can show, and remembers what the reader chose.

    `written` are the bytes that the terminal got so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.drawn_with = Capabilities()
        self.written = 0
        self._kept = SettingsFile()
        self._filters_after: tuple[LineFilter, ...] = ()
        self._theme_given = self.theme

    def adopt(self, kept: SettingsFile, given: DisplayOverrides, environment: Mapping[str, str] = os.environ) -> None:
        """Take over settings and options; before the app runs."""
        self._kept, settings = kept, kept.settings
        colors, markers = given.colors or settings.colors, given.markers or settings.markers
        low = settings.low_bandwidth if given.low_bandwidth is None else given.low_bandwidth
        if colors is Colors.AUTO:
            colors = colors_of(environment)
            # To name one of 256 takes half the bytes.
            colors = Colors.MANY if low and colors is Colors.TRUECOLOR else colors
        markers = markers_of(environment) if markers is Markers.AUTO else markers
        self.drawn_with = Capabilities(colors, markers, low)
        if settings.theme in self.available_themes:
            self.theme = settings.theme
        elif settings.theme is not None:
            kept.trouble = f"there is no theme {settings.theme!r}; the default holds"
        self._dress()

    def _dress(self) -> None:
        display = self.drawn_with
        self.console._color_system = _SYSTEMS[display.colors]
        self.no_color = display.colors is Colors.NONE
        # With so few colours Textual's own parts are readable in the terminal's only.
        if display.poor and not self.current_theme.ansi:
            self.theme = "ansi-dark" if self.current_theme.dark else "ansi-light"
        wanted = (
            (AsciiFilter, display.markers is Markers.ASCII),
            (EightBitFilter, display.colors is Colors.MANY),
            (NoColorFilter, self.no_color),
        )
        self._filters_after = tuple(kind() for kind, needed in wanted if needed)
        self._theme_given = self.theme

    def get_line_filters(self) -> list[LineFilter]:
        """Textual's, but for those that it has for NO_COLOR, and what the terminal needs."""
        textuals = [each for each in super().get_line_filters() if not isinstance(each, Monochrome | NoColor)]
        return [*textuals, *self._filters_after]

    def count_written(self, more: int) -> None:
        """So many bytes went to the terminal."""
        self.written += more

    def on_mount(self) -> None:
        """Remember a theme as soon as it is chosen."""
        self.theme_changed_signal.subscribe(self, lambda theme: self._keep_theme(theme.name))
        if self._kept.trouble:
            self.notify(self._kept.trouble, severity="warning", timeout=15)

    def _keep_theme(self, name: str) -> None:
        if name != self._theme_given:
            self._theme_given = name
            self.keep(theme=name)

    def keep(self, **values: object) -> None:
        """Keep settings for the next time."""
        try:
            self._kept.change(**values)
        except OSError as error:
            self.notify(f"the settings could not be kept: {error}", severity="warning")


class SettingsCommands(Provider):
    """The settings in the command palette."""

    async def discover(self) -> Hits:
        """All of them."""
        for title, values, about in _choices():
            yield DiscoveryHit(title, partial(self._keep, title, values), help=about)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for title, values, about in _choices():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), partial(self._keep, title, values), help=about)

    def _keep(self, title: str, values: dict[str, object]) -> None:
        assert isinstance(self.app, ThemedApp)
        self.app.keep(**values)
        self.app.notify(f"{title}: from the next start on")


def _choices() -> Iterator[tuple[str, dict[str, object], str]]:
    for colors in Colors:
        yield f"Colors: {colors}", {"colors": colors}, "How many colours the dashboard draws with"
    for markers in Markers:
        yield f"Markers: {markers}", {"markers": markers}, "What curves and frames are made of"
    for low in (True, False):
        yield f"Low bandwidth: {'on' if low else 'off'}", {"low_bandwidth": low}, "Redraw seldom, as over a slow line"
