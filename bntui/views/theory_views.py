"""Views of what theorems say, beside what is measured."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.band import band
from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.view import View

THEORY_VIEWS: Mapping[str, View] = {
    # Relative error of the identity behind theorem 4.1, for variants with BatchNorm in every hidden layer.
    "theorem41": View(
        draw=chart,
        probe="theorem41",
        names=("relative_error",),
        title="theorem 4.1",
        note="relative error, 0 but for rounding",
        log=True,
        per_layer="in",
    ),
    "theorem41_by_layer": View(
        draw=profile,
        probe="theorem41",
        names=("relative_error",),
        title="theorem 4.1 by layer",
        note="relative error",
        log=True,
    ),
    # The same of theorem 4.2, on the curvature along the gradient.
    "theorem42": View(
        draw=chart,
        probe="theorem42",
        names=("relative_error",),
        title="theorem 4.2",
        note="relative error, 0 but for rounding",
        log=True,
        per_layer="in",
    ),
    "theorem42_by_layer": View(
        draw=profile,
        probe="theorem42",
        names=("relative_error",),
        title="theorem 4.2 by layer",
        note="relative error",
        log=True,
    ),
    # Lemma 4.5: before BatchNorm, weights are as near to the start as the nearest point of their ray.
    "minimum_distance": View(
        draw=band,
        probe="minimum_distance",
        names=("ray", "distance"),
        title="minimum distance",
        note="from W₀ to the ray of Wₜ, and to Wₜ",
        per_layer="of",
    ),
    "start_cosine": View(
        draw=chart,
        probe="minimum_distance",
        names=("cosine",),
        title="cosine to the start",
        note="between Wₜ and W₀",
        per_layer="of",
    ),
}
