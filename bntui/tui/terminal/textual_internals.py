"""All uses of private names of Textual and Rich; pyproject pins Textual to the minor version that was tested.

| private name | used by | if it changes |
|---|---|---|
| `textual._compositor`: `Compositor.render_partial_update`, `render_full_update` | `DeltaCompositor` | more bytes |
| `textual._compositor`: `ChopsUpdate`, `LayoutUpdate` and their fields | `compositor` | the screen is garbled |
| `Screen._compositor` | `set_compositor` | more bytes |
| `LinuxDriver._file` | `wrap_output` | training ends with the terminal |
| `LinuxDriver._sigcont_application` | `DetachableDriver` | a process may not exit after its terminal disappears |
| `rich.console.Console._color_system` | `color_system`, `set_color_system` | `--colors` has no effect |

tests/tui/terminal/test_textual_internals.py checks each of them, so an upgrade that changes one fails there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import Compositor
from textual.driver import Driver
from textual.screen import Screen


def set_compositor(screen: Screen[Any], compositor: Compositor) -> None:
    """Replace the compositor of a screen that has not been shown yet."""
    screen._compositor = compositor


def color_system(console: Console) -> ColorSystem | None:
    """Return the color system that a console writes, None for no colors."""
    return console._color_system


def set_color_system(console: Console, system: ColorSystem) -> None:
    """Make a console write this color system, whatever it detected."""
    console._color_system = system


def wrap_output(driver: Driver, wrap: Callable[[IO[str]], Any]) -> None:
    """Replace the file that a driver writes to; headless drivers have none."""
    file = getattr(driver, "_file", None)
    if file is not None:
        setattr(driver, "_file", wrap(file))  # noqa: B010  (not declared by Driver)
