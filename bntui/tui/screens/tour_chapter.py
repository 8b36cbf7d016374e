"""A chapter of the tour, stage after stage: its page of text, the question, the experiment, the result."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Footer, Static
from textual.worker import Worker, WorkerState

from bntui.claims.measured_run import MeasuredRun, load
from bntui.claims.more_seeds import repetition
from bntui.records import UserError
from bntui.run.sources.protocol import RunSource
from bntui.tour.chapter_result import ChapterResult, result_of
from bntui.tour.decision import answers_of
from bntui.tour.tour import Tour, run_title
from bntui.tour.tour_progress import ChapterProgress, Stage
from bntui.tui.screens.base import HELP, NARROW_UNDER, TooSmall
from bntui.tui.screens.tour_experiment import ByHandScreen, ExperimentScreen
from bntui.tui.screens.tour_screen import LEAVE, TourBase
from bntui.tui.terminal.capabilities import Markers, capabilities_of
from bntui.tui.terminal.web_driver import ScreenText
from bntui.tui.widgets.answer_list import AnswerList
from bntui.tui.widgets.change_lines import ChangeLines
from bntui.tui.widgets.paragraph_parts import paragraph_parts
from bntui.views.paragraphs import Paragraph

_STAGES: tuple[Stage, ...] = ("text", "question", "experiment", "result")


class ChapterScreen(TourBase):
    """A chapter; it is the `Guide` of the screens that show its experiment."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,n", "go_on", "next", key_display="enter", tooltip="Go on"),
        Binding("b,backspace", "go_back", "back", key_display="b", tooltip="Go back"),
        Binding("a", "train_again", "again", tooltip="Do the experiment again, with the values chosen"),
        Binding("right,plus,equals_sign", "change(1)", "change", key_display="← →", tooltip="Take the next value"),
        Binding("left,minus", "change(-1)", show=False, key_display="←", tooltip="Take the previous value"),
        Binding("tab", "other_change", show=False, tooltip="Change another quantity"),
        Binding("escape", "app.back", "chapters", key_display="esc", tooltip="Go back to the list of chapters"),
        HELP,
        LEAVE,
    ]
    AUTO_FOCUS = ""

    def __init__(self, tour: Tour, place: int) -> None:
        super().__init__()
        self._tour, self._place = tour, place
        self._chapter = tour.chapters[place]
        stage = self._progress.stage
        self._stage: Stage = "question" if stage == "experiment" else stage
        self._shown: tuple[Paragraph, ...] = ()
        self._source: RunSource | None = None
        self._waiting = False
        """Whether the experiment begins when the last run has stopped."""
        self._reader: Worker[ChapterResult] | None = None
        self._title, self._changes = Static(id="title"), ChangeLines(self._chapter)
        self._text, self._answers = VerticalScroll(id="tour-text"), AnswerList()
        self._error = Static(id="error", markup=False)

    @property
    def _progress(self) -> ChapterProgress:
        return self._tour.progress.of(self._chapter.name)

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._text
        yield self._answers
        yield self._changes
        yield self._error
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")

    def on_mount(self) -> None:
        self._show_stage(self._stage)

    def on_screen_resume(self) -> None:
        # The experiment's screen was closed because the run could not begin.
        if self._stage == "experiment" and not self._waiting and self.app.screen is self:
            self._show_stage("question", keep_error=True)

    def arrange_widgets(self) -> None:
        self._show_title()
        self._changes.show()

    def show_error(self, text: str) -> None:
        self._error.update(text)

    @property
    def text(self) -> ScreenText:
        """The stage in words."""
        answers = self._answers.texts if self._stage == "question" else ()
        return ScreenText(f"{self._chapter.title} · bntui", messages=[*(text for _, text in self._shown), *answers])

    # Stages

    def _show_stage(self, stage: Stage, keep_error: bool = False) -> None:
        """Show a stage, and keep that it was reached."""
        self._stage = stage
        if not keep_error:
            self.show_error("")
        self._keep(stage=stage)
        self._show_title()
        self.set_class(stage == "question", "asks")
        self.set_class(stage == "result" and bool(self._chapter.changes), "changes")
        self._show_paragraphs(self._paragraphs(stage))
        self._changes.show()
        (self._answers if stage == "question" else self._text).focus()
        if stage == "result":
            self._reader = self.run_worker(self._result, thread=True, group="result", exit_on_error=False)
        self.refresh_bindings()

    def _paragraphs(self, stage: Stage) -> list[Paragraph]:
        chapter = self._chapter
        if stage == "text":
            return chapter.paragraphs
        if stage == "question":
            self._answers.show(
                [answer.text for answer in answers_of(chapter.question, self._variants)], self._progress.answer
            )
            return [("strong", chapter.question.text), ("muted", self._plan())]
        return [("muted", "…" if stage == "result" else "waiting for the last run to stop …")]

    @property
    def _variants(self) -> tuple[str, ...]:
        return () if self._chapter.by_hand else tuple(each.name for each in self._chapter.spec().variants)

    def _plan(self) -> str:
        """Return what the experiment will be."""
        if self._chapter.by_hand:
            return "Choose an answer; then you compute it by hand."
        spec, seconds = self._chapter.spec(self._changes.places), self._chapter.experiment.seconds
        trains = f"{', '.join(self._variants)}, {spec.steps:,} steps on {spec.dataset}"
        return f"Choose an answer; then {trains} are trained here, about {seconds} seconds on two cores."

    def _show_paragraphs(self, paragraphs: Iterable[Paragraph]) -> None:
        self._shown = tuple(paragraphs)
        unicode = capabilities_of(self.app).markers is not Markers.ASCII
        self._text.remove_children()
        self._text.mount_all(paragraph_parts(self._shown, unicode=unicode, apart=True))
        self._text.scroll_home(animate=False)

    def _show_title(self) -> None:
        title = Text.assemble(
            (f"{self._place + 1} of {len(self._tour.chapters)}  {self._chapter.title}", "bold"), "   "
        )
        narrow = self.app.size.width < NARROW_UNDER
        for stage in [self._stage] if narrow else _STAGES:
            title.append(f" {stage} ", "reverse" if stage == self._stage else "dim")
        self._title.update(title)

    def _keep(self, **values: object) -> None:
        """Keep progress; where that fails, say so."""
        try:
            self._tour.progress.change(self._chapter.name, **values)
        except UserError as error:
            self.show_error(str(error))

    # The result

    def _result(self) -> ChapterResult:
        """Return what is said of the last run; called in a thread."""
        run, folder = self._measured()
        command = repetition(run.spec, run.history.info, folder).command if run else ""
        return result_of(self._chapter, self._progress.answer, run, command)

    def _measured(self) -> tuple[MeasuredRun | None, Path | None]:
        """Return the last run and its folder. Raises UserError if nothing of it is left."""
        if self._chapter.by_hand:
            return None, None
        if self._source and (measured := MeasuredRun.of(self._source)):
            return measured, self._source.folder
        if not self._progress.runs:
            raise UserError("nothing was measured; press a to train")
        folder = self._tour.runs_dir / self._progress.runs[-1]
        return load(folder), folder

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.worker is not self._reader or event.state in (WorkerState.PENDING, WorkerState.RUNNING):
            return
        worker, self._reader = self._reader, None
        if self._stage != "result":
            return
        if worker.error:
            self._show_paragraphs([("muted", "The run of this chapter is not there.")])
            self.show_error(
                f"{worker.error}; a trains again" if isinstance(worker.error, UserError) else repr(worker.error)
            )
        elif worker.result is not None:
            self._show_paragraphs(worker.result.paragraphs)
            self._keep(right=worker.result.right, done=True)

    # The experiment

    def _begin(self) -> None:
        """Begin the experiment once nothing else trains here."""
        self._source, self._waiting = None, not self._chapter.by_hand
        self._show_stage("experiment")
        if self._chapter.by_hand:
            self.app.push_screen(ByHandScreen(self))
        else:
            self.tour_app.when_idle(self._train)

    def _train(self) -> None:
        self._waiting = False
        if self._stage == "experiment" and self.app.screen is self:
            spec = self._chapter.spec(self._changes.places)
            open_source = partial(self._tour.open_run, spec, run_title(self._chapter))
            self.tour_app.start_training(open_source, self._open_screen)
            if self._source is None:
                self._show_stage("question", keep_error=True)

    def _open_screen(self, source: RunSource) -> ExperimentScreen:
        self._source = source
        return ExperimentScreen(source, self)

    def _close_experiment(self) -> None:
        """Close the experiment's screen, and those above it, and stop its run."""
        if self._source and not self._source.status.state.over:
            self._source.stop()
        while self.app.screen is not self:
            self.app.pop_screen()

    @property
    def heading(self) -> list[str]:
        answer = [f"You said: {self._progress.answer}"] if self._progress.answer else []
        return [f"{self._place + 1} of {len(self._tour.chapters)} · {self._chapter.question.text}", *answer]

    @property
    def changes_line(self) -> str:
        return self._changes.sentence

    def begun(self, source: RunSource) -> None:
        try:
            self._tour.progress.add_run(self._chapter.name, source.run_id)
        except UserError as error:
            self.show_error(str(error))

    def change(self, by: int) -> None:
        self._changes.step(by)

    def show_result(self) -> None:
        self._close_experiment()
        self._show_stage("result")

    def show_question(self) -> None:
        self._close_experiment()
        self._show_stage("question")

    def train_again(self) -> None:
        self._close_experiment()
        self._begin()

    def leave(self) -> None:
        self._close_experiment()
        self._keep(stage="question")
        self.tour_app.leave_tour()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer each key in the stages where it does something."""
        at_result = self._stage == "result"
        match action:
            case "train_again":
                return at_result
            case "change":
                return at_result and bool(self._chapter.changes)
            case "other_change":
                return at_result and len(self._chapter.changes) > 1
        return super().check_action(action, parameters)

    def action_go_on(self) -> None:
        match self._stage:
            case "text":
                self._show_stage("question")
            case "question":
                self._keep(answer=self._answers.chosen)
                self._begin()
            case "result":
                self._go_to_chapter(self._place + 1)

    def _go_to_chapter(self, place: int) -> None:
        if place < len(self._tour.chapters):
            self.tour_app.open_chapter(place)
        else:
            self.app.pop_screen()

    def action_go_back(self) -> None:
        match self._stage:
            case "text":
                self.app.pop_screen()
            case "question":
                self._show_stage("text")
            case "experiment" | "result":
                self._show_stage("question")

    def action_train_again(self) -> None:
        self.train_again()

    def action_change(self, by: int) -> None:
        self.change(by)

    def action_other_change(self) -> None:
        self._changes.select_next()
