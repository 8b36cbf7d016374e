"""What the terminal can show: how many colours, and which characters; from what it says of itself, and the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Colors(StrEnum):
    """How many colours there are; AUTO is to be found out."""

    AUTO = "auto"
    TRUECOLOR = "truecolor"
    MANY = "256"
    FEW = "16"
    NONE = "none"


class Markers(StrEnum):
    """What curves, frames and marks are made of; AUTO is to be found out."""

    AUTO = "auto"
    BRAILLE = "braille"
    ASCII = "ascii"


_TRUECOLOR_TERMS = ("kitty", "ghostty", "alacritty", "foot", "wezterm", "direct")
_COLOURLESS_TERMS = ("dumb", "unknown", "vt")
_ASCII_TERMS = ("dumb", "unknown", "vt", "linux")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What is drawn with; `low_bandwidth` where every byte counts."""

    colors: Colors = Colors.TRUECOLOR
    markers: Markers = Markers.BRAILLE
    low_bandwidth: bool = False

    @property
    def poor(self) -> bool:
        """Whether colours cannot tell numbers apart."""
        return self.colors in (Colors.FEW, Colors.NONE)


def capabilities_of(app: object) -> Capabilities:
    """What an app draws with."""
    found = getattr(app, "drawn_with", None)
    return found if isinstance(found, Capabilities) else Capabilities()


def written_by(app: object) -> int:
    """Bytes that an app's terminal got so far."""
    return int(getattr(app, "written", 0))


@dataclass(frozen=True, slots=True)
class DisplayOverrides:
    """What the options of one command say; None where they say nothing."""

    colors: Colors | None = None
    markers: Markers | None = None
    low_bandwidth: bool | None = None


def colors_of(environment: Mapping[str, str]) -> Colors:
    """How many colours the terminal says it has; none where the reader wants none (no-color.org)."""
    term = environment.get("TERM", "").lower()
    if environment.get("NO_COLOR") or term.startswith(_COLOURLESS_TERMS):
        return Colors.NONE
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit") or any(
        each in term for each in _TRUECOLOR_TERMS
    ):
        return Colors.TRUECOLOR
    return Colors.MANY if "256color" in term else Colors.FEW


def markers_of(environment: Mapping[str, str]) -> Markers:
    """ASCII on terminals without other characters, and where the locale names another encoding than UTF-8."""
    if environment.get("TERM", "").lower().startswith(_ASCII_TERMS):
        return Markers.ASCII
    locale = next((value for key in ("LC_ALL", "LC_CTYPE", "LANG") if (value := environment.get(key))), "UTF-8")
    return Markers.BRAILLE if locale.upper().replace("-", "").endswith("UTF8") else Markers.ASCII
