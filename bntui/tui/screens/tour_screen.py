"""The tour's list of chapters, and what its screens need of the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Footer, Static

from bntui.run.sources.protocol import RunSource
from bntui.tour.tour import NAME, Tour
from bntui.tui.screens.base import HELP, BaseScreen, TooSmall
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.widgets.chapter_list import ChapterList

LEAVE = Binding("q", "leave", "leave", tooltip="Leave the tour; progress is kept")

_ABOUT = (
    'The blog post "Why Does Batch Normalization Work?" as chapters to try: a page to read, a question, an'
    " experiment of less than a minute that trains here, and what it measured beside what others found. Progress is"
    " kept; every run is stored as any other."
)


class TourApp(Protocol):
    """The parts of the app that the tour's screens need, besides Textual's own."""

    def start_training(
        self, open_source: Callable[[], RunSource], show: Callable[[RunSource], DashboardScreen]
    ) -> None:
        """Start a run, and show it on a screen."""

    def when_idle(self, then: Callable[[], None]) -> None:
        """Call this once nothing trains here."""

    def open_chapter(self, place: int) -> None:
        """Show a chapter on top of the list, in place of another one."""

    def leave_tour(self) -> None:
        """Close the tour's screens, and the app if there are no others."""


class TourBase(BaseScreen):
    """A screen of the tour."""

    @property
    def tour_app(self) -> TourApp:
        """The app."""
        return cast("TourApp", self.app)

    def action_leave(self) -> None:
        self.tour_app.leave_tour()


class TourScreen(TourBase):
    """Choose a chapter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,backspace", "app.back", "back", key_display="esc", tooltip="Go back"),
        HELP,
        LEAVE,
    ]
    AUTO_FOCUS = "ChapterList"

    def __init__(self, tour: Tour) -> None:
        super().__init__()
        self._tour = tour
        self._title, self._list = Static(id="title"), ChapterList(tour)
        self._error = Static(tour.progress.error, id="error", markup=False)

    def compose(self) -> ComposeResult:
        yield self._title
        yield Static(_ABOUT, id="about", markup=False)
        yield self._list
        yield self._error
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_screen_resume(self) -> None:
        self._title.update(Text.assemble(("tour", "bold"), f"  {NAME} · {self._tour.done}"))
        self._list.line = self._tour.current or 0
        self._list.repaint()

    def on_chapter_list_opened(self, message: ChapterList.Opened) -> None:
        self.tour_app.open_chapter(message.place)

    def show_error(self, text: str) -> None:
        self._error.update(text)
