"""Views of internal covariate shift (Santurkar et al. 2018, section 2.2)."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.view import View

_COSINE = (-1.0, 1.0)

SHIFT_VIEWS: Mapping[str, View] = {
    # Internal covariate shift: ℓ2 norm of the change of a layer's gradient (Santurkar et al. 2018, figure 3).
    "shift": View(
        draw=chart,
        probe="ics",
        names=("l2",),
        title="shift",
        note="‖G − G′‖ after the layers before it move",
        first_layer_note="0 by definition in the first layer",
        log=True,
        per_layer="of",
    ),
    "shift_cosine": View(
        draw=chart,
        probe="ics",
        names=("cosine",),
        title="shift cosine",
        note="of G and G′, 1 is no shift",
        first_layer_note="1 by definition in the first layer",
        limits=_COSINE,
        per_layer="of",
    ),
    "shift_by_layer": View(draw=profile, probe="ics", names=("l2",), title="shift by layer", note="‖G − G′‖", log=True),
    "cosine_by_layer": View(
        draw=profile,
        probe="ics",
        names=("cosine",),
        title="shift cosine by layer",
        note="1 is no shift",
        limits=_COSINE,
    ),
}
