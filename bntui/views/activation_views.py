"""Views of what layers put out: its moments and their drift, its scale, distribution and saturation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bntui.views.chart import chart
from bntui.views.heatmap import layer_map
from bntui.views.histogram_map import histogram_map
from bntui.views.profile import profile
from bntui.views.unit_band import unit_band
from bntui.views.view import View

_SHARE = (0.0, 1.0)

ACTIVATION_VIEWS: Mapping[str, View] = {
    # Moment drift: mean over channels of |μ_t − μ_{t−1}| (Santurkar et al. 2018, figure 8).
    "drift": View(
        draw=chart,
        probe="moments",
        names=("mean_drift",),
        title="drift",
        note="mean |Δμ| per step",
        log=True,
        per_layer="of",
        first_step=1,
    ),
    # The same of the variances, of which the paper's figure speaks too; it is on no page.
    "var_drift": View(
        draw=chart,
        probe="moments",
        names=("var_drift",),
        title="drift of the variance",
        note="mean |Δσ²| per step",
        log=True,
        per_layer="of",
        first_step=1,
    ),
    "drift_map": View(
        draw=layer_map,
        probe="moments",
        names=("mean_drift",),
        title="drift of every layer",
        note="mean |Δμ| per step",
        log=True,
        first_step=1,
    ),
    # Root mean square of the activations; without it, the standard deviation of the moments.
    "scale": View(
        draw=profile,
        probe="scale",
        names=("rms",),
        title="activation scale",
        note="√mean(a²)",
        log=True,
        fallback=View(
            draw=profile,
            probe="moments",
            names=("var",),
            title="activation scale",
            note="√(mean σ²)",
            log=True,
            transform=np.sqrt,
        ),
    ),
    "distribution": View(
        draw=histogram_map,
        probe="distribution",
        names=("low", "high", "bin_*"),
        title="distribution",
        note="share of one unit's activations, by value",
        log=True,
        per_layer="in",
    ),
    # Mean ± deviation of the input of the nonlinearity of one example unit.
    "unit": View(
        draw=unit_band,
        probe="moments",
        names=("unit_mean", "unit_var"),
        title="a unit",
        note="mean ± deviation of its input",
        per_layer="of",
    ),
    # Share of activations without a gradient; of a ReLU, those that are zero (Ioffe & Szegedy 2015, section 1).
    "saturation": View(
        draw=chart,
        probe="saturation",
        names=("share",),
        title="saturation",
        note="share without a gradient",
        limits=_SHARE,
        per_layer="of",
    ),
    "saturation_by_layer": View(
        draw=profile,
        probe="saturation",
        names=("share",),
        title="saturation by layer",
        note="share without a gradient",
        limits=_SHARE,
    ),
}
