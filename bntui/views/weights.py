"""The weights themselves: how large they are, and how far they have gone from where they began."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.profile import Profile, profile

_PROBE = "norms"


def weights(history: Curves, focus: Focus) -> Chart:
    """The norm of the focused layer's weights."""
    what = f"weights of {focus.layer}" if focus.layer else "weights"
    return _chart(history, focus, "weight", what, "‖W‖")


def distance(history: Curves, focus: Focus) -> Chart:
    """How far the focused layer's weights are from the initial ones."""
    what = f"distance of {focus.layer}" if focus.layer else "distance"
    return _chart(history, focus, "distance", what, "‖W − W₀‖, of its weights from the start")


def distance_by_layer(history: Curves, focus: Focus) -> Profile:
    """The same of every layer."""
    return profile(history, focus, (_PROBE, "distance"), "distance by layer", "‖W − W₀‖ from the start", log=True)


def _chart(history: Curves, focus: Focus, name: str, what: str, note: str) -> Chart:
    return Chart(
        title=what,
        note=note,
        series=curves(history, focus, _PROBE, name, layer=focus.layer),
        steps=history.info.steps,
        empty=awaited(history, focus, _PROBE, what),
    )
