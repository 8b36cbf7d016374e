"""How exactly the identity behind theorem 4.1 holds, in the precision of the run (Santurkar et al. 2018)."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves
from bntui.views.profile import Profile, profile

_PROBE = "theorem41"


def theorem41(history: Curves, focus: Focus) -> Chart:
    """The relative error of the focused layer, of variants with BatchNorm everywhere."""
    what = f"theorem 4.1 in {focus.layer}" if focus.layer else "theorem 4.1"
    return Chart(
        title=what,
        note="relative error, 0 but for rounding",
        series=curves(history, focus, _PROBE, "relative_error", layer=focus.layer),
        steps=history.info.steps,
        log=True,
        empty=awaited(history, focus, _PROBE, what),
    )


def theorem41_by_layer(history: Curves, focus: Focus) -> Profile:
    """The same of every layer."""
    return profile(history, focus, (_PROBE, "relative_error"), "theorem 4.1 by layer", "relative error", log=True)
