"""Views of the loss between networks, and on a plane around one."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.matrix import matrix
from bntui.views.scan import scan
from bntui.views.view import View

SURFACE_VIEWS: Mapping[str, View] = {
    # The line to the run's next variant of equal kind and options (Im, Tao & Branson 2016).
    "line_loss": View(
        draw=scan,
        probe="line",
        names=("loss_at_*",),
        title="loss on the line",
        note="from the weights to those of the next variant of the same kind",
        axis="share of the way",
        first_step=1,
        at_end=True,
    ),
    "barrier": View(
        draw=chart,
        probe="line",
        names=("barrier",),
        title="barrier",
        note="max L − the higher end",
        first_step=1,
        at_end=True,
    ),
    "barrier_width": View(
        draw=chart,
        probe="line",
        names=("width",),
        title="width of the barrier",
        note="at half height, as a share of the line",
        limits=(0.0, 1.0),
        first_step=1,
        at_end=True,
    ),
    "barrier_slope": View(
        draw=chart,
        probe="line",
        names=("slope",),
        title="steepest slope",
        note="max |dL/da| / barrier",
        log=True,
        first_step=1,
        at_end=True,
    ),
    "barrier_peaks": View(
        draw=chart,
        probe="line",
        names=("peaks",),
        title="peaks",
        note="maxima of the loss on the line",
        first_step=1,
        at_end=True,
    ),
    # The plane around the weights (Li et al. 2018).
    "surface": View(
        draw=matrix,
        probe="surface",
        names=("loss_at_*",),
        title="loss on a plane",
        note="around the weights, filter-normalized directions",
        axis="x",
        axis_up="y",
        log=True,
        contours=True,
        first_step=1,
        at_end=True,
    ),
}
