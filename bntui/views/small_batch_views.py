"""Views of the statistics that normalize small batches."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.view import View

SMALL_BATCH_VIEWS: Mapping[str, View] = {
    "mean_error": View(
        draw=chart,
        probe="statistics_error",
        names=("mean_error",),
        title="error of the mean",
        note="Σ|μ − μ*| / Σσ*, * of the training set",
        log=True,
        per_layer="in",
    ),
    "variance_error": View(
        draw=chart,
        probe="statistics_error",
        names=("variance_error",),
        title="error of the variance",
        note="Σ|σ² − σ*²| / Σσ*²",
        log=True,
        per_layer="in",
    ),
    "mean_error_by_layer": View(
        draw=profile,
        probe="statistics_error",
        names=("mean_error",),
        title="error of the mean by layer",
        note="relative to σ*",
        log=True,
    ),
    "variance_error_by_layer": View(
        draw=profile,
        probe="statistics_error",
        names=("variance_error",),
        title="error of the variance by layer",
        note="relative to σ*²",
        log=True,
    ),
}
