"""How near training comes to the optimum of its objective, where that is known in closed form."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bntui.probes.convex_optimum import (
    Neuron,
    centred,
    lower_bound,
    optimal_neuron,
    optimal_value,
    parts,
    relative_gap,
    separate,
    spans,
)
from bntui.probes.evaluation import exact, nonzero, total_norm
from bntui.probes.probe import Every, Point, Probe, ProbeOptions, Setting, columns
from bntui.records import Column

SIGNS = ("positive", "negative")
OF_NEURONS = ("cosine", "ratio", "length")


class OptimumProbe(Probe):
    """`objective`: what training minimizes, the loss of the step's batch plus (decay/2)‖θ‖² over what decays.

    Not with AdamW, whose decay is no part of an objective. The rest is of the network `convex-relu` with BatchNorm and
    all samples in the batch (Ergen, Sahiner et al. 2021), in float64, as `convex_optimum` defines it. `lower_bound`: a
    bound that the optimum is not below, from the network's outputs alone. Where the inputs span ℝⁿ, `global_optimum`:
    the closed form, and `gap`: (objective − optimum)/optimum.

    For one output also what the neurons with positive and with negative output weights v look like beside the closed
    form's one neuron each, as means with weights |v|·‖(γ, β)‖. `cosine`: of the weights before BatchNorm, without what
    sees no input. `ratio`: Σ|v|β : Σ|vγ| divided by that neuron's β : γ. `length`: ‖v‖ divided by its |v|.
    """

    class Options(ProbeOptions):
        """Less often than every step, because a measurement decomposes the inputs."""

        every: Every = 10

    name = "optimum"

    def __init__(self, options: ProbeOptions, setting: Setting) -> None:
        super().__init__(options, setting)
        self._closed: bool | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        neurons = [f"{sign}_{name}" for sign in SIGNS for name in OF_NEURONS]
        return tuple(columns(self.name, ["objective", "lower_bound", "global_optimum", "gap", *neurons]))

    @torch.no_grad()
    def measure(self, point: Point) -> Tensor:
        decay = self.setting.optimizer.weight_decay
        if decay and self.setting.optimizer.kind == "adamw":
            return point.loss.new_empty(0)
        whole = self.setting.convex and len(point.labels) == len(self.setting.train_images)
        norm = point.network.get_submodule(f"{self.setting.layers[0]}.norm")
        if whole and type(norm) is nn.BatchNorm1d:
            return self._beside_the_optimum(point, decay, norm.eps).to(point.loss.dtype)
        decayed = [p for name, p in point.network.named_parameters() if name not in self.setting.undecayed]
        return (point.loss + decay / 2 * total_norm(decayed) ** 2).reshape(1)

    def _beside_the_optimum(self, point: Point, decay: float, eps: float) -> Tensor:
        inputs, targets = exact(point.images).flatten(1), exact(point.labels)
        penalty = decay / len(inputs) ** 0.5
        found = _neurons(point.network)
        outputs = _outputs(inputs, found, eps)
        lengths = torch.stack([found.scale.norm(), found.shift.norm(), found.output.norm()])
        objective = (outputs - targets).square().sum() / 2 + decay / 2 * lengths.square().sum()
        values = [objective, lower_bound(outputs, targets, penalty)]
        if self._closed is None:
            self._closed = spans(inputs) and separate(targets)
        if self._closed:
            optimum = optimal_value(targets, penalty)
            values += [optimum, relative_gap(objective, optimum)]
            if targets.shape[1] == 1:
                values += _compared(inputs, targets, penalty, found)
        return torch.stack(values)


def _neurons(network: nn.Sequential) -> Neuron:
    """Return all neurons at once: weights (neurons, d), γ and β (neurons,), and output weights (outputs, neurons)."""
    parameters = {name: exact(parameter.detach()) for name, parameter in network.named_parameters()}
    names = ("fc1.weights.weight", "fc1.norm.weight", "fc1.norm.bias", "fc2.weights.weight")
    return Neuron(*(parameters[name] for name in names))


def _outputs(inputs: Tensor, found: Neuron, eps: float) -> Tensor:
    """Return the network's outputs in training mode, (n, outputs)."""
    before = centred(inputs @ found.weights.T)
    unit = before / (before.square().mean(0) + eps).sqrt()
    return (found.scale * unit + found.shift).relu() @ found.output.T


def _compared(inputs: Tensor, targets: Tensor, penalty: float, found: Neuron) -> list[Tensor]:
    """Return cosine, ratio and length for each sign, of a network with one output."""
    centre = centred(inputs)
    inverse = torch.linalg.pinv(centre)
    seen = found.weights @ inverse @ centre
    values = []
    for part, outputs in zip(parts(targets).T, (found.output[0], -found.output[0]), strict=True):
        wanted, sizes = optimal_neuron(inverse, part, penalty), outputs.clamp(min=0)
        shares = sizes * torch.hypot(found.scale, found.shift)
        lengths = seen.norm(dim=1) * wanted.weights.norm()
        cosines = found.scale.sign() * (seen @ wanted.weights) / nonzero(lengths)
        ratio = (sizes @ found.shift) / (sizes @ found.scale.abs()) / (wanted.shift / wanted.scale)
        values += [shares @ cosines / nonzero(shares.sum()), ratio, sizes.norm() / nonzero(wanted.output)]
    return values
