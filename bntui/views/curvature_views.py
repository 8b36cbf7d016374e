"""Views of the curvature of the loss."""

from __future__ import annotations

from collections.abc import Mapping

from bntui.views.chart import chart
from bntui.views.view import View

CURVATURE_VIEWS: Mapping[str, View] = {
    # The Hessian's largest eigenvalue, relative to what the learning rate bears (Cohen et al. 2021).
    "sharpness": View(
        draw=chart,
        probe="sharpness",
        names=("lambda_max",),
        title="sharpness",
        note="largest eigenvalue of the Hessian",
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
    "batch_sharpness": View(
        draw=chart,
        probe="sharpness",
        names=("batch_sharpness",),
        title="batch sharpness",
        note="gᵀHg / ‖g‖² of the batch",
        log=True,
    ),
    # Outliers of the Hessian's spectrum (Ghorbani et al. 2019).
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
}
