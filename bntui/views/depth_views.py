"""Views of what grows with depth: activations, and products of weights (Bjorck et al. 2018)."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.scan import scan
from bntui.views.view import View

_SQUARE = "a last hidden layer that is linear, with as many outputs as inputs"

DEPTH_VIEWS: Mapping[str, View] = {
    "channel_means": View(
        draw=profile, probe="depth_moments", names=("abs_mean",), title="channel means", note="mean |μ|", log=True
    ),
    "channel_deviations": View(
        draw=profile, probe="depth_moments", names=("deviation",), title="channel deviations", note="mean σ", log=True
    ),
    "growth": View(
        draw=chart,
        probe="depth_moments",
        names=("growth",),
        title="growth with depth",
        note="deviation of the last layer / first",
        log=True,
    ),
    "weight_products": View(
        draw=scan,
        probe="weight_products",
        names=("singular_value_at_*", "law_at_*"),
        title="singular values of a product",
        note="of the last square layers; dotted: Fuss–Catalan law",
        axis="share of singular values below",
        log=True,
        needs=_SQUARE,
    ),
    "largest_of_product": View(
        draw=chart,
        probe="weight_products",
        names=("largest", "largest_law"),
        title="largest of a product",
        note="singular value; dotted: the law's end",
        log=True,
        needs=_SQUARE,
    ),
    "law_distance": View(
        draw=chart,
        probe="weight_products",
        names=("distance",),
        title="distance from the law",
        note="Kolmogorov–Smirnov",
        limits=(0.0, 1.0),
        needs=_SQUARE,
    ),
}
