"""How many colors and which characters the terminal can show, from the environment, settings and options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Colors(StrEnum):
    """The number of colors to draw with; AUTO detects it."""

    AUTO = "auto"
    TRUECOLOR = "truecolor"
    EIGHT_BIT = "256"
    ANSI = "16"
    NONE = "none"


class Markers(StrEnum):
    """The characters for curves, frames and marks; AUTO detects them."""

    AUTO = "auto"
    BRAILLE = "braille"
    ASCII = "ascii"


_TRUECOLOR_TERMS = ("kitty", "ghostty", "alacritty", "foot", "wezterm", "direct")
_COLORLESS_TERMS = ("dumb", "unknown", "vt")
_ASCII_TERMS = ("dumb", "unknown", "vt", "linux")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The resolved colors and markers, neither of them AUTO; `low_bandwidth` asks for fewer bytes."""

    colors: Colors = Colors.TRUECOLOR
    markers: Markers = Markers.BRAILLE
    low_bandwidth: bool = False

    @property
    def few_colors(self) -> bool:
        """True if there are too few colors for a color ramp."""
        return self.colors in (Colors.ANSI, Colors.NONE)


def capabilities_of(app: object) -> Capabilities:
    """Return the capabilities that an app draws with; the defaults for apps other than `ThemedApp`."""
    capabilities = getattr(app, "capabilities", None)
    return capabilities if isinstance(capabilities, Capabilities) else Capabilities()


def bytes_written_by(app: object) -> int:
    """Return the number of bytes that an app has written to its terminal."""
    return int(getattr(app, "bytes_written", 0))


def is_watched(app: object) -> bool:
    """Return whether somebody may look at an app's screen: its terminal, or a page."""
    return bool(getattr(app, "is_watched", True))


@dataclass(frozen=True, slots=True)
class DisplayOverrides:
    """Command-line options that override the settings; None keeps a setting."""

    colors: Colors | None = None
    markers: Markers | None = None
    low_bandwidth: bool | None = None


def detect_colors(environment: Mapping[str, str]) -> Colors:
    """Return the colors that TERM and COLORTERM announce, and none if NO_COLOR is set (no-color.org)."""
    term = environment.get("TERM", "").lower()
    if environment.get("NO_COLOR") or term.startswith(_COLORLESS_TERMS):
        return Colors.NONE
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") or any(
        name in term for name in _TRUECOLOR_TERMS
    ):
        return Colors.TRUECOLOR
    return Colors.EIGHT_BIT if "256color" in term else Colors.ANSI


def detect_markers(environment: Mapping[str, str]) -> Markers:
    """Return ASCII on terminals without other characters and in locales with an encoding other than UTF-8."""
    if environment.get("TERM", "").lower().startswith(_ASCII_TERMS):
        return Markers.ASCII
    locale = next((value for key in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(key))), "UTF-8")
    return Markers.BRAILLE if locale.upper().replace("-", "").endswith("UTF8") else Markers.ASCII
