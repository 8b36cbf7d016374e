"""The key i explains the focused pane, the verdict on a claim, and BatchNorm by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Static

from bntui.records import State
from bntui.tui.screens.information import InformationDialog
from bntui.tui.terminal.ascii_filters import to_ascii
from bntui.tui.terminal.capabilities import Capabilities, Markers
from bntui.tui.widgets.chart_pane import Pane
from bntui.views.page_catalogue import PAGES
from tests.declared_columns import declared_columns
from tests.tui.conftest import KEY_OF, checked, settle, text_of
from tests.tui.fake_source import COLUMNS, LAYERS, FakeSource

REGRESSION = declared_columns(LAYERS, regression=True)


def shown_in(app) -> str:
    """Return the screen's text in one line, without frames."""
    return " ".join(text_of(app).replace("│", " ").split())


def said_in(app) -> str:
    """Return all of the dialog's text in one line."""
    assert isinstance(app.screen, InformationDialog)
    return " ".join(" ".join(str(part.content) for part in app.screen.query(Static)).split())


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_pane_is_explained_and_the_text_scrolls(app_of, size) -> None:
    async with app_of(FakeSource(State.PAUSED)).run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("tab", "tab", "i")
        await settle(pilot)
        shown = shown_in(pilot.app)
        assert "effective β" in shown and "β = max over η of ‖g − ∇L(θₜ − η·g; bₜ)‖₂ / ‖η·g‖₂" in shown
        await pilot.press(*["pagedown"] * 6)
        await settle(pilot)
        shown = shown_in(pilot.app)
        assert "measured every 25 steps in this run" in shown and "beta-steadier: " in shown
        await pilot.press("i")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, InformationDialog)


async def test_every_pane_has_an_explanation(app_of) -> None:
    source = FakeSource(State.PAUSED, columns=COLUMNS)
    assert source.info
    source.info = replace(source.info, device_uuids=("GPU-1",))
    async with app_of(source).run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        texts = [pane.information(source) for pane in pilot.app.screen.query(Pane)]
        assert len(texts) == sum(len(page.views) for page in PAGES)
        assert all(texts)


async def test_the_verdict_on_a_claim_is_told_with_its_numbers(app_of) -> None:
    async with app_of(FakeSource(State.FINISHED, done=60, steps=60)).run_test(size=(80, 40)) as pilot:
        await pilot.press(KEY_OF["claims"])
        await settle(pilot)
        await checked(pilot)
        await pilot.press("i")
        await settle(pilot)
        shown = said_in(pilot.app)
        assert "No verdict, in this run (seed 0)" in shown
        assert "effect seed 0 " in shown
        assert "Supported where the effect lies above 0, contradicted where it does not." in shown
        assert "part of the run" in shown


async def test_a_fallback_is_explained_instead_of_what_is_not_measured(app_of) -> None:
    async with app_of(FakeSource(State.PAUSED, columns=REGRESSION)).run_test(size=(120, 36)) as pilot:
        await pilot.press(KEY_OF["optimization"], "i")
        await settle(pilot)
        assert "The loss of the test set" in said_in(pilot.app)


async def test_symbols_are_words_where_the_terminal_has_ascii_only(app_of) -> None:
    app = app_of(FakeSource(State.PAUSED))
    app.capabilities = Capabilities(markers=Markers.ASCII)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("tab", "tab", "i")
        await settle(pilot)
        assert "beta = max over eta of |g - grad L(theta_t - eta*g; b_t)|_2 / |eta*g|_2" in to_ascii(said_in(pilot.app))


async def test_batchnorm_by_hand_is_explained_without_a_run(app_of) -> None:
    async with app_of(FakeSource(State.PAUSED)).run_test(size=(80, 24)) as pilot:
        pilot.app.action_mechanics()
        await pilot.press("i")
        await settle(pilot)
        assert "ŷ = (y − μ) / √(σ² + ε)" in shown_in(pilot.app)
