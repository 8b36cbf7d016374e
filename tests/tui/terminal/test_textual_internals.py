"""Private names of Textual and Rich that bntui uses: after an upgrade these tests say which of them changed."""

import inspect

import pytest
from rich.color import ColorSystem
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual.app import App
from textual.screen import Screen

from bntui.tui.terminal.textual_internals import color_system, set_color_system


def parameters(function) -> list[str]:
    return list(inspect.signature(function).parameters)


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (ChopsUpdate, ["chops", "spans", "chop_ends"]),
        (LayoutUpdate, ["strips", "region"]),
        (ChopsUpdate.render_segments, ["self", "console"]),
        (LayoutUpdate.render_segments, ["self", "console"]),
        (Compositor.render_partial_update, ["self"]),
        (Compositor.render_full_update, ["self", "simplify"]),
        (App._display, ["self", "screen", "renderable"]),
        (App._handle_exception, ["self", "error"]),
        (App._dispatch_message, ["self", "message"]),
    ],
)
def test_signatures_of_the_compositor(function, names):
    assert parameters(function) == names


async def test_a_screen_uses_its_compositor_attribute(app_of):
    async with app_of().run_test() as pilot:
        assert type(Screen()._compositor) is Compositor
        assert type(pilot.app.screen._compositor).__name__ == "DeltaCompositor"


def test_a_console_renders_with_its_color_system():
    console = Console(force_terminal=True, color_system="truecolor")
    assert color_system(console) is ColorSystem.TRUECOLOR
    set_color_system(console, ColorSystem.EIGHT_BIT)
    with console.capture() as capture:
        console.print("x", style="#ff0000")
    assert "38;5;" in capture.get() and console.color_system == "256"


def test_the_driver_writes_to_its_file():
    driver = pytest.importorskip("textual.drivers.linux_driver").LinuxDriver
    source = inspect.getsource(driver)
    assert "self._file = " in source and "WriterThread(self._file)" in source


@pytest.mark.parametrize("name", ["SIGTSTP", "SIGCONT"])
def test_the_driver_handles_suspension_by_methods_that_can_be_overridden(name):
    driver = pytest.importorskip("textual.drivers.linux_driver").LinuxDriver
    method = f"_{name.lower()}_application"
    assert parameters(getattr(driver, method)) == ["self", "_"]
    assert f"signal.signal(signal.{name}, self.{method})" in inspect.getsource(driver.__init__)


def test_the_web_driver_writes_by_an_attribute():
    driver = pytest.importorskip("textual.drivers.web_driver").WebDriver
    source = inspect.getsource(driver)
    assert "self._write = " in source
    for method in (driver.write, driver.write_meta, driver.start_application_mode):
        assert "self._write(" in inspect.getsource(method)
    assert "target=self.run_input_thread" in source


async def test_an_app_knows_its_driver(app_of):
    async with app_of().run_test() as pilot:
        assert pilot.app._driver is not None and callable(pilot.app._driver.close)
