"""Units that have left the part of their nonlinearity where it has a slope (Ioffe & Szegedy 2015, section 2)."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.profile import Profile, profile

_PROBE = "saturation"
_SHARES = (0.0, 1.0)


def saturation(history: Curves, focus: Focus) -> Chart:
    """The share of the focused layer's activations that are saturated; of a ReLU, those that are zero."""
    what = f"saturation of {focus.layer}" if focus.layer else "saturation"
    return Chart(
        title=what,
        note="share without a gradient",
        series=curves(history, focus, _PROBE, "share", layer=focus.layer),
        steps=history.info.steps,
        limits=_SHARES,
        empty=awaited(history, focus, _PROBE, what),
    )


def saturation_by_layer(history: Curves, focus: Focus) -> Profile:
    """The same of every layer."""
    return profile(history, focus, (_PROBE, "share"), "saturation by layer", "share without a gradient", limits=_SHARES)
