"""Quantities and claims are listed and explained."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Bntui


def test_everything_is_listed(bntui: Bntui) -> None:
    status, out, _ = bntui("explain")
    assert status == 0
    assert {"smoothness.beta", "moments.mean_drift", "bn-faster", "largest-lr"} <= {
        line.split()[0] for line in out.splitlines() if line
    }


@pytest.mark.parametrize("topic", [("beta",), ("smoothness.beta",), ("effective", "β")])
def test_a_quantity_is_explained_by_view_name_or_title(bntui: Bntui, topic: tuple[str, ...]) -> None:
    status, out, _ = bntui("explain", *topic)
    assert status == 0
    assert out.startswith("effective β\n")
    assert "figure 4c" in out and "beta-steadier: " in out
    assert max(map(len, out.splitlines())) <= 100


def test_another_word_is_an_error_that_suggests_the_nearest_topic(bntui: Bntui) -> None:
    status, out, error = bntui("explain", "bn-fatser\x1b[2J")
    assert (status, out) == (2, "")
    assert "did you mean bn-faster" in error and "\x1b" not in error
    assert len(error.splitlines()) == 1
