"""The curvature of the loss: the Hessian's largest eigenvalues, against what the learning rate bears."""

from __future__ import annotations

from typing import Annotated, Self

import torch
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from torch import Tensor
from torch.nn.functional import pad

from bntui.optimizer_spec import OptimizerSpec
from bntui.probes.curvature import Hessian, largest_eigenpairs
from bntui.probes.evaluation import forward, nonzero, norm
from bntui.probes.evaluation_batch import EvaluationBatch, OnEvaluationBatch, Statistics, normalized_by
from bntui.probes.probe import Every, Point, Probe, Setting, columns
from bntui.records import Column


class SharpnessProbe(Probe):
    """Eigenvalues λ₁ ≥ λ₂ ≥ … of the Hessian H of the loss by all parameters, on an evaluation batch.

    The evaluation batch is drawn once from the training set by the run's seed. `statistics` says what normalizes: the
    statistics of that batch, through which H goes, or the running ones, as constants. Noise is that of the step.

    `lambda_max`: λ₁. `residual`: ‖Hv − λ₁v‖/|λ₁| for its approximate eigenvector v, large where the Lanczos method
    has not converged. `eigenvalue_at_1` … `eigenvalue_at_K`: the largest ones. `outlier_ratio`: λ₁/λ_K.
    `gradient_share`: ‖Vᵀg‖²/‖g‖², the share of the gradient g of the same loss in the span of the K eigenvectors
    (Ghorbani et al. 2019). `batch_sharpness`: gᵀHg/‖g‖² on the step's batch.

    `threshold`: the curvature above which gradient descent is unstable on a quadratic loss, 2/lr; with momentum μ
    2(1 + μ)/lr, and Nesterov's 2(1 + μ)/((1 + 2μ)lr), less the weight decay (Cohen et al. 2021). `relative`:
    λ₁/threshold. Neither is defined with Adam.
    """

    class Options(OnEvaluationBatch):
        """`eigenvalues`: K; `products`: the products with H that the Lanczos method takes."""

        every: Every = 100
        statistics: Statistics = "batch"
        eigenvalues: Annotated[int, Field(ge=2, le=100)] = 10
        products: Annotated[int, Field(ge=3, le=1000)] = 40

        @model_validator(mode="after")
        def _enough_products(self) -> Self:
            if self.products <= self.eigenvalues:
                raise PydanticCustomError("few", "products should be more than eigenvalues")
            return self

    name = "sharpness"
    of_gradient = True

    def __init__(self, options: Options, setting: Setting) -> None:
        super().__init__(options, setting)
        self.options = options
        self._batch = EvaluationBatch.drawn(setting, options.samples)

    @property
    def columns(self) -> tuple[Column, ...]:
        eigenvalues = [f"eigenvalue_at_{rank}" for rank in range(1, self.options.eigenvalues + 1)]
        names = ["lambda_max", "residual", *eigenvalues, "outlier_ratio", "gradient_share", "batch_sharpness"]
        return tuple(columns(self.name, [*names, "threshold", "relative"]))

    def measure(self, point: Point) -> Tensor:
        with normalized_by(self.options.statistics, point.network):
            found = torch.cat([self._spectrum(point), self._batch_sharpness(point).reshape(1)])
        threshold = stability_threshold(self.setting.optimizer, point.lr)
        if threshold is None:
            return found
        return torch.cat([found, found.new_tensor([threshold]), found[:1] / threshold])

    def _spectrum(self, point: Point) -> Tensor:
        """Return λ₁, its residual, the eigenvalues, the outlier ratio, and the share of the gradient."""
        options, hessian = self.options, self._hessian(point, *self._batch)
        g = hessian.gradient
        found = largest_eigenpairs(hessian.times, g, options.eigenvalues, options.products, self.setting.seed)
        # A network may have fewer parameters.
        values = pad(found.values, (0, options.eigenvalues - len(found.values)), value=torch.nan)
        first, last = values[0], values[-1]
        # Where the last one is not above 0 there are fewer outliers than eigenvalues, and nothing to compare with.
        ratio = first / torch.where(last > 0, last, torch.nan)
        share = ((found.vectors @ g).square().sum() / nonzero(norm(g)).square()).clamp(max=1)
        return torch.stack([first, found.residual, *values, ratio, share])

    def _batch_sharpness(self, point: Point) -> Tensor:
        hessian = self._hessian(point, point.images, point.labels)
        g = hessian.gradient / nonzero(norm(hessian.gradient))
        return torch.dot(g, hessian.times(g))

    def _hessian(self, point: Point, images: Tensor, labels: Tensor) -> Hessian:
        loss = point.criterion(forward(point.network, {}, images), labels)
        # A sum over the samples becomes one over as many as the step's batch has, of which it takes the gradient.
        part = len(point.labels) / len(labels) if self.setting.summed else 1.0
        return Hessian(loss * part, list(point.network.parameters()))


def stability_threshold(optimizer: OptimizerSpec, lr: float) -> float | None:
    """Return the curvature above which an optimizer with this learning rate is unstable; None for Adam."""
    if optimizer.kind != "sgd":
        return None
    momentum = optimizer.momentum or 0.0
    ahead = momentum if optimizer.nesterov else 0.0
    return 2 * (1 + momentum) / ((1 + 2 * ahead) * lr) - optimizer.weight_decay
