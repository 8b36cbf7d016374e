"""Views of the curvature of the loss."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.profile import profile
from bntui.views.scan import scan, scan_map
from bntui.views.view import View

CURVATURE_VIEWS: Mapping[str, View] = {
    # The Hessian's largest eigenvalue, relative to what the learning rate bears (Cohen et al. 2021).
    "sharpness": View(
        draw=chart,
        probe="sharpness",
        names=("lambda_max", "threshold"),
        title="sharpness",
        note="largest eigenvalue of the Hessian",
        log=True,
    ),
    "batch_sharpness": View(
        draw=chart,
        probe="sharpness",
        names=("batch_sharpness", "threshold"),
        title="sharpness of the batch",
        note="gᵀHg / ‖g‖² of the batch",
        log=True,
    ),
    # Outliers of the Hessian's spectrum (Ghorbani et al. 2019).
    "outliers": View(
        draw=scan,
        probe="sharpness",
        names=("eigenvalue_at_*",),
        title="largest eigenvalues",
        note="of the Hessian, by rank",
        axis="rank",
        log=True,
    ),
    "outlier_ratio": View(
        draw=chart,
        probe="sharpness",
        names=("outlier_ratio",),
        title="outlier ratio",
        note="largest eigenvalue / the last measured",
        log=True,
    ),
    "gradient_share": View(
        draw=chart,
        probe="sharpness",
        names=("gradient_share",),
        title="gradient in the outliers",
        note="share of ‖∇L‖² in the largest eigenvectors",
        limits=(0.0, 1.0),
    ),
    "sharpness_residual": View(
        draw=chart,
        probe="sharpness",
        names=("residual",),
        title="residual of the sharpness",
        note="‖Hv − λv‖ / |λ|, small where it has converged",
        log=True,
    ),
    "relative_sharpness": View(
        draw=chart,
        probe="sharpness",
        names=("relative",),
        title="relative sharpness",
        note="λ₁·lr/2, unstable above 1",
        log=True,
    ),
    # How far the loss rises at a distance relative to the weights (Li et al. 2018).
    "flatness": View(
        draw=scan,
        probe="flatness",
        names=("rise_at_*",),
        title="rise of the loss",
        note="mean over random directions",
        axis="radius, relative to ‖w‖",
        log_axis=True,
        log=True,
        first_step=1,
        at_end=True,
    ),
    "flatness_map": View(
        draw=scan_map,
        probe="flatness",
        names=("rise_at_*",),
        title="rise of the loss over time",
        note="mean over random directions",
        axis="radius",
        log_axis=True,
        log=True,
        first_step=1,
        at_end=True,
    ),
    "flatness_loss": View(
        draw=chart,
        probe="flatness",
        names=("loss",),
        title="loss of the evaluation batch",
        note="at which flatness is measured",
        log=True,
        first_step=1,
        at_end=True,
    ),
    "scale_free_sharpness": View(
        draw=chart,
        probe="flatness",
        names=("scale_free_sharpness",),
        title="scale-free sharpness",
        note="λ_max·‖w‖², filter by filter",
        log=True,
        first_step=1,
        at_end=True,
    ),
    "flatness_residual": View(
        draw=chart,
        probe="flatness",
        names=("residual",),
        title="residual of the scale-free sharpness",
        note="‖DHDv − λv‖ / |λ|",
        log=True,
        first_step=1,
        at_end=True,
    ),
    # Rank collapse in depth (Daneshmand et al. 2020).
    "effective_rank": View(
        draw=chart,
        probe="effective_rank",
        names=("rank",),
        title="effective rank",
        note="(tr C)² / tr C² of its outputs",
        per_layer="of",
    ),
    "effective_rank_by_layer": View(
        draw=profile,
        probe="effective_rank",
        names=("rank",),
        title="effective rank by layer",
        note="(tr C)² / tr C² of the outputs",
        log=True,
    ),
    "rank_kept": View(
        draw=chart,
        probe="effective_rank",
        names=("kept",),
        title="rank kept in depth",
        note="effective rank, last hidden layer / first",
        log=True,
    ),
}
