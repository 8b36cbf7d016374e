"""Views of the optimum of training, where it is known in closed form (Ergen, Sahiner et al. 2021)."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.band import band
from bntui.views.chart import chart
from bntui.views.view import View

_COSINE = (-1.0, 1.0)
_NEEDS = "convex-relu with BatchNorm, all samples in a batch, and fewer samples than inputs"

OPTIMUM_VIEWS: Mapping[str, View] = {
    "objective": View(
        draw=chart,
        probe="optimum",
        names=("objective", "global_optimum"),
        title="objective",
        note="loss + decay/2·‖θ‖², dotted: its global optimum",
        log=True,
    ),
    "optimum_gap": View(
        draw=chart,
        probe="optimum",
        names=("gap",),
        title="gap",
        note="objective above the optimum, as a share of it",
        log=True,
        needs=_NEEDS,
    ),
    # Weak duality: the optimum lies within, whatever the network.
    "certificate": View(
        draw=band,
        probe="optimum",
        names=("lower_bound", "objective"),
        title="certificate",
        note="the optimum lies between bound and objective",
        needs="convex-relu with BatchNorm, and all samples in a batch",
    ),
    # The neurons that serve positive and negative targets, beside those of the closed form.
    "positive_cosine": View(
        draw=chart,
        probe="optimum",
        names=("positive_cosine",),
        title="weight cosine for y₊",
        note="with the optimal neuron's",
        limits=_COSINE,
        needs=_NEEDS,
    ),
    "negative_cosine": View(
        draw=chart,
        probe="optimum",
        names=("negative_cosine",),
        title="weight cosine for y₋",
        note="with the optimal neuron's",
        limits=_COSINE,
        needs=_NEEDS,
    ),
    "positive_ratio": View(
        draw=chart,
        probe="optimum",
        names=("positive_ratio",),
        title="β : γ for y₊",
        note="1 is the optimal neuron's",
        needs=_NEEDS,
    ),
    "negative_ratio": View(
        draw=chart,
        probe="optimum",
        names=("negative_ratio",),
        title="β : γ for y₋",
        note="1 is the optimal neuron's",
        needs=_NEEDS,
    ),
    "positive_length": View(
        draw=chart,
        probe="optimum",
        names=("positive_length",),
        title="output weights for y₊",
        note="their length, 1 is the optimal neuron's",
        needs=_NEEDS,
    ),
    "negative_length": View(
        draw=chart,
        probe="optimum",
        names=("negative_length",),
        title="output weights for y₋",
        note="their length, 1 is the optimal neuron's",
        needs=_NEEDS,
    ),
}
