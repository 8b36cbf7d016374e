"""The tour by its keys: list, text, question, experiment, result, and what is kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bntui.records import State, UserError
from bntui.tour.chapter import Chapter, parse
from bntui.tour.tour import Tour
from bntui.tour.tour_progress import ProgressFile
from bntui.tui.app import DashboardApp
from bntui.tui.screens.start import StartScreen
from bntui.tui.screens.tour_chapter import ChapterScreen
from bntui.tui.screens.tour_experiment import ByHandScreen, ExperimentScreen
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import ORDINARY_COLUMNS, FakeSource, spec_of

BY_HAND = """
title = "By hand"
source = "Example 2026"
text = "Subtract, divide."

[question]
text = "What is the mean of 1 and 3?"
answers = ["1", "2"]
right = 2
why = "Half of 4."
"""
TRAINED = """
title = "Faster?"
source = "Example 2026"
text = '''
# Three networks

They learn by

    θ ← θ − η ∇L(θ)

| rate  large
'''
claims = ["bn-faster"]

[question]
text = "Which is the most accurate?"

[question.compare]
metric = "final-accuracy"
wanted = "highest"
margin = 0.05

[experiment]
preset = "noisy"
settings = { dataset = "digits", variants = ["standard", "bn", "noisy"] }
lines = [["accuracy", "loss"], ["beta", "drift"]]
seconds = 20

[[changes]]
title = "learning rate"
keys = ["optimizer.lr"]
values = [0.1, 0.5, 1.0]
start = 0.5

[[changes]]
title = "noise"
keys = ["noise.n_mu"]
values = [0.5, 2.0]
labels = ["as published", "four times"]
start = 0.5

[[after]]
text = "Others found the same."
"""
COLUMNS = tuple(column for column in ORDINARY_COLUMNS if column.probe in ("train", "moments", "smoothness"))
CHAPTERS = (parse(BY_HAND, "hand"), parse(TRAINED, "faster"))


class Touring:
    """An app with a tour, and the sources that it opened."""

    def __init__(self, path: Path, chapters: tuple[Chapter, ...] = CHAPTERS, first: bool = True) -> None:
        self.specs, self.titles, self.sources = [], [], []
        self.error: Exception | None = None
        self.work_error: Exception | None = None
        self.file = ProgressFile(path / "tour.json")
        self.tour = Tour(chapters, self.file, path, self._open)
        self.app = DashboardApp(lambda _: FakeSource(), tour=self.tour, tour_first=first, presets=lambda: [spec_of()])

    def _open(self, spec, title) -> FakeSource:
        if self.error:
            raise self.error
        source = FakeSource(State.TRAINING, done=40, steps=100, columns=COLUMNS, error=self.work_error)
        source.spec = source.spec.model_copy(update={"pages": spec.pages})
        self.specs.append(spec)
        self.titles.append(title)
        self.sources.append(source)
        return source

    def end_run(self) -> None:
        """Let the newest run measure all its steps and end."""
        source = self.sources[-1]
        source.extend(40, 100)
        source.release()


@pytest.fixture
def touring(tmp_path):
    made = Touring(tmp_path)
    yield made
    for source in made.sources:
        source.release()


async def until(pilot, condition) -> None:
    """Wait until the app has come to a state."""
    while not condition():
        await pilot.pause()
    await settle(pilot)


async def ended(pilot, touring) -> None:
    touring.end_run()
    await until(pilot, lambda: touring.app.training is None)


async def result_shown(pilot) -> None:
    await settle(pilot)
    await pilot.app.workers.wait_for_complete([each for each in pilot.app.workers if each.group == "result"])
    await settle(pilot)


async def open_experiment(pilot, touring) -> None:
    """Go to the second chapter, answer 'bn', and begin the experiment."""
    touring.file.change("faster", stage="question")
    touring.app.open_chapter(1)
    await settle(pilot)
    await pilot.press("down", "enter")
    await until(pilot, lambda: isinstance(touring.app.screen, ExperimentScreen))


def shown(touring) -> str:
    """Return the screen without the tabs of the pages, which are not the tour's."""
    return "\n".join(line.rstrip() for line in text_of(touring.app).splitlines() if not line.startswith(" f1 "))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_chapter_is_walked_through(touring, snapshot, size):
    async with touring.app.run_test(size=size) as pilot:
        await settle(pilot)
        assert shown(touring) == snapshot(name="list")
        await pilot.press("down", "enter")
        await settle(pilot)
        assert shown(touring) == snapshot(name="text")
        await pilot.press("n", "down")
        await settle(pilot)
        assert shown(touring) == snapshot(name="question")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(touring.app.screen, ExperimentScreen))
        assert touring.titles == ["tour: Faster?"]
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(touring.app.screen, ExperimentScreen)
        assert shown(touring) == snapshot(name="experiment")
        await ended(pilot, touring)
        assert "enter shows what was measured" in text_of(touring.app)
        await pilot.press("enter")
        await result_shown(pilot)
        assert shown(touring) == snapshot(name="result")
        parts = "\n".join(str(part.render()) for part in touring.app.screen.query_one("#tour-text").children)
        assert all(
            text in parts for text in ("You said: bn.", "bn : standard", "bntui sweep", "Others found the same.")
        )
        progress = touring.file.of("faster")
        assert (progress.done, progress.answer, progress.runs) == (True, "bn", (touring.sources[0].run_id,))


async def test_by_hand_needs_no_run(touring):
    async with touring.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "enter", "down", "enter")
        await until(pilot, lambda: isinstance(touring.app.screen, ByHandScreen))
        assert "space goes on." in text_of(touring.app)
        await pilot.press("enter", "n", "space")
        await result_shown(pilot)
        assert "You said: 2. Right." in text_of(touring.app) and "Half of 4." in text_of(touring.app)
        await pilot.press("n")
        await settle(pilot)
        assert "2 of 2  Faster?" in text_of(touring.app)
        assert touring.sources == [] and touring.file.of("hand").right is True


async def test_another_value_is_trained_again(touring):
    async with touring.app.run_test(size=(60, 16)) as pilot:
        await open_experiment(pilot, touring)
        await pilot.press("plus")
        await settle(pilot)
        assert "learning rate: 1.0" in text_of(touring.app)
        # The run under way is stopped, and the next one begins when it has ended.
        await pilot.press("a")
        await until(pilot, lambda: len(touring.sources) == 2 and isinstance(touring.app.screen, ExperimentScreen))
        assert "stop" in touring.sources[0].calls
        assert [spec.optimizer.lr for spec in touring.specs] == [0.5, 1.0]
        await ended(pilot, touring)
        await pilot.press("n")
        await result_shown(pilot)
        assert "[1.0]" in text_of(touring.app)
        await pilot.press("left", "tab", "right", "a")
        await until(pilot, lambda: len(touring.sources) == 3 and isinstance(touring.app.screen, ExperimentScreen))
        assert (touring.specs[2].optimizer.lr, touring.specs[2].noise.n_mu) == (0.5, 2.0)
        # Going back stops it.
        await pilot.press("escape")
        await until(pilot, lambda: touring.app.training is None)
        assert isinstance(touring.app.screen, ChapterScreen) and "Choose an answer" in text_of(touring.app)
        assert touring.sources[2].status.state is State.STOPPED


async def test_leaving_stops_the_run_asks_nothing_and_ends_the_app(touring):
    async with touring.app.run_test(size=(60, 16)) as pilot:
        await open_experiment(pilot, touring)
        await pilot.press("q")
    assert touring.sources[0].status.state is State.STOPPED
    assert touring.app.return_code == 0
    assert ProgressFile(touring.tour.runs_dir / "tour.json").of("faster").answer == "bn"


async def test_the_start_page_offers_the_tour_first_and_leaving_returns_to_it(tmp_path):
    touring = Touring(tmp_path, first=False)
    async with touring.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "guided hour · 0 of 2 chapters done" in text_of(touring.app)
        await pilot.press("enter", "enter", "n", "n")
        await until(pilot, lambda: isinstance(touring.app.screen, ByHandScreen))
        await pilot.press("space")
        await result_shown(pilot)
        await pilot.press("q")
        await settle(pilot)
        assert isinstance(touring.app.screen, StartScreen)
        assert "1 of 2 chapters done" in text_of(touring.app)


async def test_the_tour_goes_on_where_it_was_left(touring):
    touring.file.change("faster", stage="experiment", answer="noisy")
    async with touring.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Which is the most accurate?" in text_of(touring.app) and "▸ noisy" in text_of(touring.app)
        await pilot.press("escape")
        await settle(pilot)
        assert "2  Faster?  begun" in text_of(touring.app)


async def test_a_result_whose_run_is_gone_can_be_trained_again(touring):
    touring.file.change("faster", stage="result", answer="bn", runs=("gone",), done=True)
    async with touring.app.run_test(size=(80, 24)) as pilot:
        await result_shown(pilot)
        assert "a trains again" in text_of(touring.app)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(touring.app.screen, ExperimentScreen))


async def test_an_experiment_that_cannot_begin_is_told_in_a_line_beside_the_question(touring):
    full = UserError("runs folder /full: cannot be written (No space left on device)")
    touring.error = full
    touring.file.change("faster", stage="question")
    async with touring.app.run_test(size=(60, 16)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(touring.app.screen, ChapterScreen)
        assert "No space left" in text_of(touring.app) and "Choose an answer" in text_of(touring.app)
        # So it is where the run finds out while it loads.
        touring.error, touring.work_error = None, full
        await pilot.press("enter")
        await until(pilot, lambda: touring.sources and isinstance(touring.app.screen, ChapterScreen))
        assert "No space left" in text_of(touring.app) and "Choose an answer" in text_of(touring.app)
        touring.work_error = None
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(touring.app.screen, ExperimentScreen))


async def test_damaged_progress_and_a_small_terminal_are_told(tmp_path):
    (tmp_path / "tour.json").mkdir()
    touring = Touring(tmp_path)
    async with touring.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "the tour begins anew" in " ".join(text_of(touring.app).split())
        await pilot.resize_terminal(40, 12)
        await pilot.press("enter", "n")
        await settle(pilot)
        assert "needs" in text_of(touring.app) and "▸" not in text_of(touring.app)


async def test_an_experiment_ends_with_its_terminal(touring):
    async with touring.app.run_test(size=(60, 16)) as pilot:
        assert not touring.app.exits_on_hangup()
        await open_experiment(pilot, touring)
        touring.app._lost_terminal()
    # Its thread may not have noticed yet.
    assert touring.sources[0].status.state in (State.STOPPING, State.STOPPED)
