"""The start page: presets, expected times, last runs and data sets."""

import platform
from pathlib import Path

from bntui.records import Progress, State, UserError
from bntui.run.storage.expected_rate import expected_rate
from bntui.run.storage.summary import Summary
from bntui.tui.app import DashboardApp
from bntui.tui.screens.dashboard import DashboardScreen
from bntui.tui.screens.mechanics_screen import MechanicsScreen
from bntui.tui.screens.start import StartScreen
from bntui.tui.widgets.preset_list import grouped
from tests.tui.conftest import settle, text_of
from tests.tui.fake_source import FakeSource, spec_of
from tests.tui.screens.test_runs import listed, run_in

SIZE = (120, 36)


def start_app(source=None, presets=None):
    source = source or FakeSource()
    shown = (
        presets if presets is not None else [spec_of(), UserError("mine.toml: unknown key 'lrr'"), spec_of(name="b")]
    )
    return DashboardApp(lambda spec: source, None, lambda: shown)


async def test_the_start_page_lists_presets():
    async with start_app().run_test(size=SIZE) as pilot:
        await pilot.pause()
        shown = text_of(pilot.app)
        for expected in ("noisy", "vgg-mini on mnist", "1,000 steps", "unknown key 'lrr'", "Santurkar et al."):
            assert expected in shown
        await pilot.press("q")
        await pilot.pause()
    assert pilot.app.return_code == 0
    assert pilot.app.source is None


async def test_batch_norm_by_hand_needs_no_run():
    async with start_app().run_test(size=SIZE) as pilot:
        await pilot.press("b", "enter", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, MechanicsScreen)
        assert "subtract the mean" in text_of(pilot.app)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, StartScreen)


async def test_enter_trains_the_chosen_preset():
    source = FakeSource()
    async with start_app(source).run_test(size=SIZE) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
        assert text_of(pilot.app).count("unknown key 'lrr'") == 2
        await pilot.press("down", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, DashboardScreen)
        assert pilot.app.source is source
        assert source.calls == ["work"]
        await pilot.press("ctrl+q")
        await pilot.app.workers.wait_for_complete()


async def test_a_user_error_returns_to_the_list():
    source = FakeSource(State.LOADING, error=UserError("mnist: cannot be downloaded"))
    async with start_app(source).run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(pilot.app.screen, StartScreen)
        assert "mnist: cannot be downloaded" in text_of(pilot.app)
        await pilot.press("down")
        await pilot.pause()
        assert "mnist: cannot be downloaded" in text_of(pilot.app)


async def test_a_source_that_cannot_be_opened():
    def refuse(spec):
        raise UserError("unknown network 'vg'")

    app = DashboardApp(refuse, None, lambda: [spec_of()])
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "unknown network 'vg'" in text_of(app)


async def test_no_presets():
    async with start_app(presets=[]).run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "no presets found" in text_of(pilot.app)


def run_of(spec, seconds, host=None):
    """Return the summary of a run of ten steps."""
    return Summary(Path(spec.name), "finished", spec, host=host or platform.node(), progress=Progress(10, seconds, 0.0))


def test_a_reduced_preset_shares_the_line_of_the_full_one():
    groups = grouped([spec_of(name="a"), spec_of(name="a-mini"), spec_of(name="b-mini"), UserError("c.toml: broken")])
    assert [group.preset.name for group in groups[:2]] == ["a", "b-mini"]
    assert [group.mini and group.mini.name for group in groups] == ["a-mini", None, None]
    assert groups[0].of_size(True).name == "a-mini" and groups[1].of_size(True).name == "b-mini"


def test_the_expected_rate_is_that_of_comparable_runs():
    spec = spec_of(name="a")
    other = spec.model_copy(update={"name": "b"})
    seldom = other.model_copy(update={"probes": {"moments": {"every": 50}}})
    assert expected_rate(spec, []) is None
    assert expected_rate(spec, [run_of(other, 5), run_of(spec, 2), run_of(spec, 1)]) == 5
    assert expected_rate(spec, [run_of(seldom, 1), run_of(other, 5)]) == 2
    assert expected_rate(spec, [run_of(spec, 1, host="elsewhere"), run_of(seldom, 1)]) is None
    assert expected_rate(spec, [run_of(spec.model_copy(update={"network": "vgg"}), 1)]) is None
    assert expected_rate(spec, [Summary(Path("x"), "cannot be read"), run_of(spec, 0)]) is None


async def test_the_size_is_chosen_with_the_arrows():
    chosen = []
    presets = [spec_of(name="a"), spec_of(name="a-mini"), spec_of(name="b")]
    app = DashboardApp(lambda spec: chosen.append(spec.name) or FakeSource(), None, lambda: presets)
    async with app.run_test(size=SIZE) as pilot:
        assert "full  mini" in text_of(app)
        await pilot.press("right")
        await pilot.pause()
        assert "a-mini  standard, bn, noisy" in text_of(app)
        await pilot.press("down", "up", "enter")
        await pilot.pause()
        assert chosen == ["a-mini"]
        await pilot.press("ctrl+q")


async def test_the_last_runs_are_listed_and_open(tmp_path):
    for number in range(7):
        run_in(tmp_path, f"run{number}")
    app = DashboardApp(lambda _: FakeSource(), None, lambda: [spec_of(("standard", "bn"), 2, "run3")], tmp_path)
    async with app.run_test(size=SIZE) as pilot:
        shown = await listed(pilot)
        assert "run6-" in shown and "run2-" in shown and "run1-" not in shown
        assert "about 2 seconds, estimated" in shown
        await pilot.press("tab", "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        assert app.screen.source.run_id.startswith("run5-")
        await pilot.press("escape")
        assert isinstance(app.screen, StartScreen)


async def test_missing_data_sets_are_marked():
    app = DashboardApp(
        lambda _: FakeSource(), None, lambda: [spec_of()], datasets=lambda: {"digits": True, "mnist": False}
    )
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        shown = text_of(app)
        assert "✔ digits" in shown and "↓ mnist" in shown and "vgg-mini on mnist (will be downloaded)" in shown


async def test_the_start_page_shows_presets_and_runs_at_every_size(tmp_path):
    for size in ((60, 16), (80, 24), (200, 50)):
        run_in(tmp_path, "run")
        app = DashboardApp(lambda _: FakeSource(), None, lambda: [spec_of()], tmp_path)
        async with app.run_test(size=size) as pilot:
            shown = await listed(pilot)
            assert "▸ noisy" in shown and "vgg-mini" in shown
            assert ("run-2" in shown) == (size[1] > 16)
