"""BatchNorm by hand: keys, clicks, and the numbers of the batch."""

import numpy as np
import pytest

from bntui.number_format import fixed
from bntui.tui.screens.help import HelpScreen
from bntui.tui.screens.mechanics_screen import MechanicsScreen
from bntui.tui.widgets.mechanics_formulas import TRACK
from bntui.tui.widgets.mechanics_pane import MechanicsPane
from bntui.views.mechanics import Step, moments
from tests.tui.conftest import settle, text_of

SIZE = (80, 24)


@pytest.fixture
def opened(app_of):
    """Return a function that runs an app to open the screen in."""

    def open_screen(size=SIZE):
        return app_of().run_test(size=size)

    return open_screen


async def shown(pilot, *keys) -> MechanicsPane:
    if not isinstance(pilot.app.screen, MechanicsScreen):
        await pilot.app.push_screen(MechanicsScreen())
    await pilot.press(*keys)
    await settle(pilot)
    return pilot.app.screen.query_one(MechanicsPane)


async def test_each_step_has_a_key_that_toggles_it(opened):
    async with opened() as pilot:
        for key, step in (("c", Step.CENTRE), ("v", Step.DIVIDE), ("w", Step.AFFINE), ("n", Step.NOISE)):
            assert (await shown(pilot, key)).state.applied == {step}
            await shown(pilot, "backspace")
        assert not (await shown(pilot, "c", "v", "w", "w", "v", "c")).state.applied


async def test_enter_goes_through_the_steps_and_backspace_back(opened):
    async with opened() as pilot:
        pane = await shown(pilot, "enter", "enter", "enter", "enter")
        assert pane.state.applied == set(Step)
        assert (await shown(pilot, "backspace", "backspace")).state.applied == {Step.CENTRE, Step.DIVIDE}


async def test_the_formulas_show_the_numbers_of_the_batch(opened):
    async with opened() as pilot:
        pane = await shown(pilot, "c", "v")
        mean, var = moments(pane.state.batch)
        text = text_of(pilot.app)
        for each in (*mean, *var):
            assert fixed(abs(each)) in text
        assert f"a₁/√({fixed(var[0])}+ε)" in text
        assert "deviation         1.00      1.00" in text


async def test_arrows_move_the_chosen_slider(opened):
    async with opened() as pilot:
        pane = await shown(pilot, "right", "right", "down", "down", "shift+left")
        assert pane.state.weight == (1.7, 0.5)
        assert pane.state.bias == (0.0, -1.0)
        assert pane.state.applied == {Step.AFFINE}
        await shown(pilot, "up", "up", "up", *["shift+right"] * 9)
        assert pane.state.bias == (0.0, 3.0)


async def test_noise_and_data_are_new_with_every_key(opened):
    async with opened() as pilot:
        pane = await shown(pilot, "n")
        first = pane.state.result()
        assert not np.allclose((await shown(pilot, "n")).state.result(), first)
        before = pane.state.batch
        await shown(pilot, "b")
        assert not np.allclose(pane.state.batch, before) and pane.state.applied == {Step.NOISE}


async def test_clicks_apply_steps_and_move_sliders(opened):
    async with opened() as pilot:
        pane = await shown(pilot)
        lines = text_of(pilot.app).split("\n")
        y = next(index for index, line in enumerate(lines) if "divide" in line)
        await pilot.click(MechanicsPane, offset=(lines[y].index("divide"), y))
        assert pane.state.applied == {Step.DIVIDE}
        y = next(index for index, line in enumerate(lines) if "β₁" in line)
        await pilot.click(MechanicsPane, offset=(lines[y].index("β₁") - 3 + TRACK[1] - 1, y))
        assert pane.state.bias[0] == 3.0 and pane.slider == 2
        await pilot.click(MechanicsPane, offset=(5, 5))
        assert pane.state.applied == {Step.DIVIDE, Step.AFFINE}


async def test_the_screen_has_help_and_a_way_back(opened):
    async with opened((120, 36)) as pilot:
        below = pilot.app.screen
        await shown(pilot)
        await pilot.press("question_mark")
        await settle(pilot)
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "Draw a new batch" in text_of(pilot.app)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert pilot.app.screen is below


@pytest.mark.parametrize("size", [(1, 1), (59, 15), (60, 16), (61, 30), (90, 17), (300, 20), (300, 90)])
async def test_any_size(opened, size):
    async with opened(size) as pilot:
        pane = await shown(pilot, "enter", "b", *["shift+right"] * 5)
        if size[0] >= 60 and size[1] >= 16:
            lines = text_of(pilot.app).split("\n")
            assert any("deviation" in line for line in lines)
            assert all(line.rstrip()[-1] in "│╮╯" for line in lines[: pane.size.height])
