"""How smooth the loss is as a function of one layer's output (the blog post, on smoothness)."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.profile import Profile, profile

_PROBE = "activation_beta"


def activation_beta(history: Curves, focus: Focus) -> Chart:
    """The largest change of the gradient for the focused layer's output, over the distance gone."""
    what = f"activation β of {focus.layer}" if focus.layer else "activation β"
    return Chart(
        title=what,
        note="max ‖ΔG‖ / ‖Δy‖, lower is smoother",
        series=curves(history, focus, _PROBE, "beta", layer=focus.layer),
        steps=history.info.steps,
        log=True,
        empty=awaited(history, focus, _PROBE, what),
    )


def activation_beta_by_layer(history: Curves, focus: Focus) -> Profile:
    """The same of every layer."""
    return profile(history, focus, (_PROBE, "beta"), "activation β by layer", "lower is smoother", log=True)
