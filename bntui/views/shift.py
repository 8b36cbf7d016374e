"""Internal covariate shift: what layers do to the gradients of those after them (Santurkar et al. 2018, fig. 3)."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.chart import Chart, Focus, awaited, curves, layers_of
from bntui.views.profile import Profile, profile

_COSINES = (-1.0, 1.0)


def shift(history: Curves, focus: Focus) -> Chart:
    """ℓ2 norm of the change of the focused layer's gradient."""
    what = f"shift of {focus.layer}" if focus.layer else "covariate shift"
    return Chart(
        title=what,
        note=_first(history, focus, "0") or "‖G − G′‖ after the layers before it move",
        series=curves(history, focus, "ics", "l2", layer=focus.layer),
        steps=history.info.steps,
        log=True,
        empty=awaited(history, focus, "ics", what),
    )


def shift_cosine(history: Curves, focus: Focus) -> Chart:
    """Cosine between the focused layer's gradient before and after."""
    what = f"shift cosine of {focus.layer}" if focus.layer else "shift cosine"
    return Chart(
        title=what,
        note=_first(history, focus, "1") or "of G and G′, 1 is no shift",
        series=curves(history, focus, "ics", "cosine", layer=focus.layer),
        steps=history.info.steps,
        limits=_COSINES,
        empty=awaited(history, focus, "ics", what),
    )


def shift_by_layer(history: Curves, focus: Focus) -> Profile:
    """The same ℓ2 norms, of every layer; the first layer's is 0 by definition."""
    return profile(history, focus, ("ics", "l2"), "shift by layer", "‖G − G′‖", log=True)


def cosine_by_layer(history: Curves, focus: Focus) -> Profile:
    """The same cosines, of every layer; the first layer's is 1 by definition."""
    return profile(history, focus, ("ics", "cosine"), "shift cosine by layer", "1 is no shift", limits=_COSINES)


def _first(history: Curves, focus: Focus, value: str) -> str:
    """What has to be said of the first layer, before which there is none."""
    return f"{value} by definition in the first layer" if focus.layer in layers_of(history, "ics")[:1] else ""
