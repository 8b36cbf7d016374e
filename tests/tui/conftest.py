"""An app over a fake feed, and a way to look at it that waits for no clock."""

import pytest

from bntui.tui.app import DashboardApp
from bntui.tui.screens.dashboard import DashboardScreen
from tests.tui.fake_source import FakeSource, spec_of


@pytest.fixture
def app_of():
    """An app that shows a feed at once; at the test's end the feed's `work` is let go."""
    sources = []

    def make(source: FakeSource | None = None, theme: str | None = None) -> DashboardApp:
        source = source or FakeSource()
        sources.append(source)
        app = DashboardApp(lambda spec: source, spec_of())
        if theme:
            app.theme = theme
        return app

    yield make
    for source in sources:
        source.release()


async def settle(pilot) -> None:
    """Until the screen shows what the feed says now, and its layout has followed."""
    for _ in range(3):
        await pilot.pause()
        if isinstance(pilot.app.screen, DashboardScreen):
            pilot.app.screen.refresh_data()
    await pilot.pause()


async def checked(pilot) -> None:
    """Until the claims that are being checked have been, and the files that are being written; and it is shown."""
    checking = [each for each in pilot.app.workers if each.group in ("claims", "files")]
    # Of none it would wait for all, and so for the training.
    if checking:
        await pilot.app.workers.wait_for_complete(checking)
    await settle(pilot)


def text_of(app) -> str:
    """What stands on the screen, as text."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line) for line in lines)
