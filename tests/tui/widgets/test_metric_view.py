"""The pages of a sweep's metrics: keys, cursor, readout and pictures, while points finish."""

import pytest
from textual.app import ComposeResult
from textual.widgets import Footer

from bntui.records import UserError
from bntui.sweep import results
from bntui.tui.screens.base import BaseScreen, TooSmall
from bntui.tui.widgets.metric_map import MetricMap
from bntui.tui.widgets.metric_pane import MetricPane
from tests.sweep.made_points import MOMENTA, points, states_of
from tests.tui.conftest import text_of

SIZES = [(80, 24), (120, 36), (200, 50)]


class _Screen(BaseScreen):
    """One page of a sweep, and nothing else."""

    def __init__(self, page) -> None:
        super().__init__()
        self.page = page

    def compose(self) -> ComposeResult:
        yield self.page
        yield Footer(compact=True, show_command_palette=False)
        yield TooSmall(classes="gate")


@pytest.fixture
def follow(monkeypatch):
    """Let a page follow made points, whose runs are in memory, and wait until it shows them."""

    async def follow(pilot, page, made, finished=None):
        by_folder = {f"/runs/{number}": each.variants for number, each in enumerate(made)}
        monkeypatch.setattr(results, "_finished", lambda folder: by_folder[str(folder)])
        page.follow(states_of(made, finished), shown=True)
        await read(pilot)

    return follow


async def read(pilot):
    # An empty list would wait for all workers, the training included.
    if reading := [each for each in pilot.app.workers if each.group in ("metrics", "files")]:
        await pilot.app.workers.wait_for_complete(reading)
    await pilot.pause()


async def opened(pilot, page):
    await pilot.app.push_screen(_Screen(page))
    page.focus()
    await pilot.pause()
    return page


@pytest.mark.parametrize("size", SIZES)
async def test_the_pane_shows_each_metric_and_reads_values_at_the_cursor(app_of, follow, size):
    async with app_of().run_test(size=size) as pilot:
        pane = await opened(pilot, MetricPane("lr"))
        assert "no point of the sweep is finished yet" in text_of(pilot.app)
        await follow(pilot, pane, points())
        assert "final accuracy against lr" in text_of(pilot.app)
        assert "● standard  ▲ bn  ■ noisy" in text_of(pilot.app)
        await pilot.press("right")
        assert "lr 0.001  ● standard 62.3% ± 2.3%, 3 of 3 learned" in text_of(pilot.app)
        await pilot.press("end", "left")
        assert "lr 3  ● standard 0 of 3 learned, 3 of 3 diverged" in text_of(pilot.app)
        await pilot.press("m", "m", "m")
        assert "largest β against lr" in text_of(pilot.app) and "· log" in text_of(pilot.app)
        await pilot.press("m", "m")
        assert "▲ bn 0 of 3 learned, 3 of 3 not reached" in text_of(pilot.app)
        await pilot.press("M", "l", "2")
        assert "▲ bn" not in text_of(pilot.app) and "log" not in text_of(pilot.app).splitlines()[0]


async def test_other_keys_are_held_and_any_key_can_be_on_the_axis(app_of, follow):
    async with app_of().run_test(size=(100, 30)) as pilot:
        pane = await opened(pilot, MetricPane("lr", metric="mean-accuracy"))
        await follow(pilot, pane, points(momenta=MOMENTA))
        assert "mean accuracy against lr · momentum 0" in text_of(pilot.app)
        await pilot.press("left_square_bracket")
        assert "· momentum 0.9" in text_of(pilot.app)
        await pilot.press("k")
        assert "mean accuracy against momentum · lr 0.001" in text_of(pilot.app)


async def test_points_appear_as_they_finish(app_of, follow):
    async with app_of().run_test(size=(80, 24)) as pilot:
        pane, made = await opened(pilot, MetricPane("lr")), points()
        await follow(pilot, pane, made, finished=1)
        await pilot.press("right")
        assert "standard 61.3%, 1 of 1 learned" in text_of(pilot.app)
        await follow(pilot, pane, made, finished=3)
        assert "3 of 3 learned" in text_of(pilot.app)


async def test_a_click_puts_the_cursor_at_the_nearest_value(app_of, follow):
    async with app_of().run_test(size=(80, 24)) as pilot:
        pane = await opened(pilot, MetricPane("lr"))
        await follow(pilot, pane, points())
        await pilot.click(pane, offset=(75, 5))
        assert "lr 3  ● standard" in text_of(pilot.app)


@pytest.mark.parametrize("size", SIZES)
async def test_the_map_shows_two_keys_and_reads_any_setting(app_of, follow, size):
    async with app_of().run_test(size=size) as pilot:
        page = await opened(pilot, MetricMap("lr"))
        await follow(pilot, page, points(momenta=MOMENTA))
        assert "final accuracy by lr and momentum" in text_of(pilot.app)
        await pilot.press("right", "right", "down")
        assert "lr 0.00314, momentum 0.5  ● standard 83." in text_of(pilot.app)
        await pilot.press("k")
        assert "final accuracy by momentum and lr" in text_of(pilot.app)


async def test_a_map_of_one_key_says_what_it_needs(app_of, follow):
    async with app_of().run_test(size=(80, 24)) as pilot:
        page = await opened(pilot, MetricMap("lr"))
        await follow(pilot, page, points())
        await pilot.press("right", "l", "k", "m")
        assert "this needs 2 swept keys, and the sweep has lr" in text_of(pilot.app)


async def test_a_run_that_cannot_be_read_is_told(app_of, monkeypatch):
    def fail(folder):
        raise UserError(f"run {folder.name}: its database is damaged")

    monkeypatch.setattr(results, "_finished", fail)
    async with app_of().run_test(size=(80, 24)) as pilot:
        pane = await opened(pilot, MetricPane("lr"))
        pane.follow(states_of(points(rates=(0.1,))), shown=True)
        await read(pilot)
        assert "3 runs cannot be read: run 0: its database is damaged" in text_of(pilot.app)


async def test_a_hidden_page_reads_nothing(app_of):
    async with app_of().run_test(size=(80, 24)) as pilot:
        pane = await opened(pilot, MetricPane("lr"))
        pane.follow(states_of(points()), shown=False)
        assert not [worker for worker in pilot.app.workers if worker.group == "metrics"]


async def test_a_picture_is_saved_where_the_program_runs(app_of, follow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with app_of().run_test(size=(80, 24)) as pilot:
        pane = await opened(pilot, MetricPane("lr"))
        await pilot.press("p")
        assert not list(tmp_path.iterdir())
        await follow(pilot, pane, points())
        await pilot.press("p")
        await read(pilot)
        assert {path.name for path in tmp_path.iterdir()} == {
            "lr-final-accuracy-against-lr.svg",
            "lr-final-accuracy-against-lr.png",
        }


@pytest.mark.parametrize("page", [MetricPane, MetricMap])
def test_picture(app_of, snap_compare, follow, page):
    async def show(pilot):
        await follow(pilot, await opened(pilot, page("lr")), points(momenta=MOMENTA))

    assert snap_compare(app_of(), terminal_size=(120, 36), run_before=show)
