"""An app that shows a fake source, and ways to read its screen without waiting for a clock."""

import logging

import pytest
from textual import _wait, screen

from bntui.run.storage.log import LOGGER
from bntui.tui.app import SCREEN_ERROR, DashboardApp
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.pages import PAGE_KEYS
from bntui.tui.widgets.chart_pane import ChartPane
from bntui.views.page_catalogue import PAGES
from tests.tui.fake_source import ORDINARY_COLUMNS, FakeSource, spec_of

# Pilot presses a key, then twice waits for 20 ms without work, in which the screen is drawn once at 60 times a second.
_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = 0.01, 0.0005
screen.UPDATE_PERIOD = 1 / 120

ORDINARY_PAGES = [page for page in PAGES if not page.special]
"""The pages that are always there."""
KEY_OF = {page.name: key for page, key in zip(ORDINARY_PAGES, PAGE_KEYS, strict=False)}
"""The key of each of them, by name."""


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == SCREEN_ERROR:
            self.found.append(self.format(record))


@pytest.fixture(autouse=True)
def errors_of_screens():
    """The errors that an app survived, as text with a traceback; a test fails that leaves some here."""
    handler = _Errors()
    LOGGER.addHandler(handler)
    yield handler.found
    LOGGER.removeHandler(handler)
    assert handler.found == []


@pytest.fixture
def app_of():
    """An app that shows a source at once; after the test the source's `work` may return."""
    sources = []

    def make(source: FakeSource | None = None, theme: str | None = None) -> DashboardApp:
        source = source or FakeSource(columns=ORDINARY_COLUMNS)
        sources.append(source)
        app = DashboardApp(lambda spec: source, spec_of())
        if theme:
            app.theme = theme
        return app

    yield make
    for source in sources:
        source.release()


async def settle(pilot) -> None:
    """Wait until the screen shows the source's current data in its final layout."""
    for _ in range(2):
        await pilot.pause()
        if isinstance(pilot.app.screen, DashboardScreen):
            pilot.app.screen.refresh_data()
    await pilot.pause()


async def checked(pilot) -> None:
    """Wait until claims under check and files being written are done, and the screen shows the data as it is now."""
    await settle(pilot)
    checking = [worker for worker in pilot.app.workers if worker.group in ("claims", "files")]
    # An empty list would wait for all workers, the training included.
    if checking:
        await pilot.app.workers.wait_for_complete(checking)
        await settle(pilot)


def charts_of(app, page: str) -> list[ChartPane]:
    """Return the charts of a page of the dashboard."""
    return [
        pane
        for each in app.screen._pages
        if each.spec.name == page
        for pane in each.panes
        if isinstance(pane, ChartPane)
    ]


def text_of(app) -> str:
    """Return the screen as text."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line) for line in lines)
