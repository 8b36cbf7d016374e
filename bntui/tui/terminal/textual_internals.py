"""All uses of private names of Textual and Rich; pyproject pins Textual to the minor version that was tested.

| private name | used by | if it changes |
|---|---|---|
| `textual._compositor`: `Compositor.render_partial_update`, `render_full_update` | `DeltaCompositor` | more bytes |
| `textual._compositor`: `ChopsUpdate`, `LayoutUpdate` and their fields | `compositor` | the screen is garbled |
| `Screen._compositor` | `set_compositor` | more bytes |
| `App._driver` | `close_driver`, `write_control`, `write_message` | a forced exit leaves the alternate screen |
| `LinuxDriver._file` | `wrap_output` | training ends with the terminal |
| `WebDriver._write` | `replace_write` | training ends with its page |
| `LinuxDriver._sigcont_application`, `_sigtstp_application` | `DetachableDriver` | a process may not exit, or hangs |
| `App._display` | `HookedApp` | parts of the screen are missing on slow lines |
| `App._handle_exception`, `_dispatch_message` | `HookedApp` | an error on the screen ends the dashboard |
| `textual._context.active_message_pump` | `screen_at_work` | a screen that failed stays |
| `rich.console.Console._color_system` | `color_system`, `set_color_system` | `--colors` has no effect |

tests/tui/terminal/test_textual_internals.py checks each of them, so an upgrade that changes one fails there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from textual._compositor import Compositor
from textual._context import active_message_pump
from textual.app import App
from textual.dom import NoScreen
from textual.driver import Driver
from textual.drivers.web_driver import WebDriver
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget


class HookedApp(App[None]):
    """An app with hooks for what Textual keeps to itself."""

    def before_display(self) -> None:
        """Do nothing: a subclass may note that a screen, or a part of it, is about to be written."""

    def survive(self, error: Exception) -> bool:
        """Return True to go on after an error that no handler caught, False to end the app as Textual does.

        The widget or screen in whose handler it was raised no longer works; the app itself does.
        """
        return False

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if renderable is not None:
            self.before_display()
        super()._display(screen, renderable)

    def _handle_exception(self, error: Exception) -> None:
        if not self.survive(error):
            super()._handle_exception(error)

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            if not self.survive(error):
                raise


def screen_at_work() -> Screen[Any] | None:
    """Return the screen whose handler runs now, or a handler of a widget on it; None for a handler of the app."""
    pump = active_message_pump.get(None)
    try:
        return pump.screen if isinstance(pump, Widget) else None
    except NoScreen:
        return None


def set_compositor(screen: Screen[Any], compositor: Compositor) -> None:
    """Replace the compositor of a screen that has not been shown yet."""
    screen._compositor = compositor


def color_system(console: Console) -> ColorSystem | None:
    """Return the color system that a console writes, None for no colors."""
    return console._color_system


def set_color_system(console: Console, system: ColorSystem) -> None:
    """Make a console write this color system, whatever it detected."""
    console._color_system = system


def close_driver(app: App[Any]) -> None:
    """Close the driver of an app that could not do so itself."""
    if app._driver is not None:
        app._driver.close()


def write_control(app: App[Any], sequence: str) -> None:
    """Write a control sequence that does not change the screen; an app without a terminal writes nothing."""
    if app._driver is not None and not app.is_headless:
        app._driver.write(sequence)


def write_message(app: App[Any], message: dict[str, object]) -> None:
    """Write a message to the page of an app that is shown in one."""
    if isinstance(app._driver, WebDriver):
        app._driver.write_meta(message)


def wrap_output(driver: Driver, wrap: Callable[[IO[str]], Any]) -> None:
    """Replace the file that a driver writes to; headless drivers have none."""
    file = getattr(driver, "_file", None)
    if file is not None:
        setattr(driver, "_file", wrap(file))  # noqa: B010  (not declared by Driver)


def replace_write(driver: WebDriver, write: Callable[[bytes], None]) -> None:
    """Replace the function with which a web driver writes its packets."""
    driver._write = write  # type: ignore[assignment]
