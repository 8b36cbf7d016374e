"""Made-up, deterministic values of every probe, for a run without a trainer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from bntui.records import Measurement, RunInfo
from tests.tui.made_curvature import curvature

Values = Mapping[str, float | Sequence[float] | None]
"""A probe's values by column name: a number, one for each layer, or None where it is not measured yet."""

EVERY = {"train": 1, "moments": 5, "smoothness": 25, "smoothness_random": 25, "test": 100}
"""Steps between the measurements of some probes."""
OTHERS_EVERY = 10


def measurements(info: RunInfo, step: int, index: int, diverges: bool) -> Iterator[Measurement]:
    """Yield a variant's measurements at a step, for the columns that the run has."""
    layers = list(dict.fromkeys(column.layer for column in info.columns if column.layer))
    made = made_values(step, index, max(len(layers), 1), len(info.layers), diverges, _bins(info))
    for probe in dict.fromkeys(column.probe for column in info.columns):
        if step % EVERY.get(probe, OTHERS_EVERY) == 0 and (probe != "test" or step):
            values = made.get(probe, {})
            yield Measurement(step, info.variants[index], probe, _in_order(info, probe, values, layers))


def _in_order(info: RunInfo, probe: str, values: Values, layers: list[str]) -> tuple[float, ...]:
    """Return a probe's values in the order of its columns, 0.5 for a column without made-up values."""
    ordered: list[float] = []
    for column in info.columns_of(probe):
        value = values.get(column.name, 0.5)
        if value is None:
            break
        ordered.append(value if isinstance(value, float) else value[layers.index(column.layer)])
    return tuple(ordered)


def _bins(info: RunInfo) -> int:
    return len({column.name for column in info.columns_of("distribution")} - {"low", "high"})


def made_values(step: int, index: int, weighted: int, hidden: int, diverges: bool, bins: int) -> dict[str, Values]:
    """Return the values of every probe; `weighted` and `hidden` are numbers of layers."""
    noise = np.random.default_rng([step, index])
    learned = 1 - np.exp(-step / (160, 25, 45, 90, 60)[index % 5])
    loss = float("nan") if diverges else 2.3 * (1 - learned) + 0.05 + abs(noise.normal(0, 0.08))
    accuracy = min(1.0, max(0.0, 0.1 + 0.88 * learned + noise.normal(0, 0.05)))
    return {
        "train": {"loss": float(loss), "accuracy": float(accuracy)},
        "test": {"accuracy": float(0.1 + 0.85 * learned)},
        **(_moments(step, index, hidden, noise) if step % 5 == 0 else {}),
        **(_smoothness(index, float(loss), noise) if step % 25 == 0 else {}),
        **(_by_layer(index, weighted, hidden, bins, noise) if step % 10 == 0 else {}),
        **(_others(step, index, hidden, float(loss)) if step % 10 == 0 else {}),
        **(curvature(step, index, hidden, float(loss)) if step % 10 == 0 else {}),
    }


def _moments(step: int, index: int, hidden: int, noise: np.random.Generator) -> dict[str, Values]:
    scale = (0.015, 0.0012, 0.3)[index % 3] * (0.4 + np.exp(-step / 200))
    drawn = [scale * (1 + layer / 3) * noise.uniform(0.7, 1.4) for layer in range(hidden)]
    drift = drawn if step else None
    plain = [0.1] * hidden
    by_unit = np.random.default_rng([step, index, 1])
    means = (0.02 * step, 0.0, 0.0)[index % 3] * np.arange(hidden) + by_unit.normal(0, (0.1, 0.05, 0.4)[index % 3])
    values = {
        **dict.fromkeys(("mean", "var", "mean_from_start", "var_from_start"), plain),
        "unit_mean": means.tolist(),
        "unit_var": [1.0 + 0.5 * (index % 3)] * hidden,
        **dict.fromkeys(("mean_drift", "var_drift", "unit_mean_drift", "unit_var_drift"), drift),
    }
    return {"moments": values}


def _smoothness(index: int, loss: float, noise: np.random.Generator) -> dict[str, Values]:
    names = ("loss_min", "loss_max", "grad_diff_min", "grad_diff_max", "cos_min", "cos_max", "beta")
    wide = (1.0, 0.2, 0.3)[index % 3] * noise.lognormal(0, 0.35)
    beta = (18, 10, 11.5)[index % 3] * noise.lognormal(0, 0.35)
    ahead = (loss * 0.8, loss + 4 * wide, 0.3 * wide, 3 * wide, 0.9 - wide, 0.95, beta)
    around = (loss * 0.95, loss + wide, 0.1 * wide, wide, 0.95, 0.99, beta / 3)
    return {
        "smoothness": dict(zip(names, map(float, ahead), strict=True)),
        "smoothness_random": dict(zip(names, map(float, around), strict=True)),
    }


def _by_layer(index: int, weighted: int, hidden: int, bins: int, noise: np.random.Generator) -> dict[str, Values]:
    depth = np.arange(1, weighted + 1)
    rms = (0.5 * 1.3**depth if index % 3 == 0 else 1 + 0.05 * index * depth)[:hidden]
    grad = (0.3, 0.1, 0.15)[index % 3] * depth * noise.lognormal(0, 0.1, len(depth))
    shift, cosine = grad * (depth > 1), np.where(depth > 1, 1 - 0.1 * depth / (1 + index), 1.0)
    middles = np.linspace(-6, 6, bins)[:, None]
    shares = np.exp(-((middles - noise.normal(0, index % 3, hidden)) ** 2))
    by_bin = {f"bin_{number:02d}": row.tolist() for number, row in enumerate(shares / shares.sum(axis=0))}
    edge = 6.0 * (1 + index)
    return {
        "scale": {"rms": rms.tolist(), "mean_abs": (rms * 0.8).tolist()},
        "norms": {"grad": grad.tolist(), "weight": (grad * 5).tolist(), "distance": (grad * 2).tolist()},
        "ics": {"l2": shift.tolist(), "cosine": cosine.tolist()},
        "weight_norms": _weight_norms(index, depth, hidden, noise),
        "distribution": {"low": [-edge] * hidden, "high": [edge] * hidden, **by_bin},
    }


def _weight_norms(
    index: int, depth: np.ndarray[tuple[int], np.dtype[np.int64]], hidden: int, noise: np.random.Generator
) -> Values:
    square = (1 + 0.2 * index) * depth**0.5 * noise.lognormal(0, 0.02)
    errors = noise.lognormal(-15, 0.3, hidden).tolist()
    laws = {
        "inner_product": errors,
        "epsilon_term": errors,
        "inner_product_error": errors,
        "squared_norm_error": errors,
    }
    return {
        "squared_norm": square.tolist(),
        "effective_rate": (0.1 / square).tolist(),
        "angle": (0.02 / square).tolist(),
        "orthogonal_share": 0.6 - 0.1 * index,
        **(laws if index % 3 else dict.fromkeys(laws)),
        "orthogonal_error": 1e-7,
    }


def _others(step: int, index: int, hidden: int, loss: float) -> dict[str, Values]:
    noise = np.random.default_rng([step, index, 2])
    depth = np.arange(1.0, hidden + 1)
    errors = noise.lognormal(-15, 0.3, hidden)
    change = float(-0.1 * loss * noise.lognormal(0, 0.3))
    saturation = np.clip(0.5 + 0.05 * depth * (1 - index % 3), 0, 1)
    beta = (3.0, 0.8, 1.1)[index % 3] / depth * noise.lognormal(0, 0.2)
    jump = float(abs(change) * noise.lognormal(0, 0.5))
    identity = {"left": depth.tolist(), "right": depth.tolist(), "relative_error": errors.tolist()}
    return {
        "saturation": {"share": saturation.tolist()},
        "activation_beta": {"beta": beta.tolist()},
        # The identity compares a variant with its twin without BatchNorm.
        "theorem41": identity if index % 3 else dict.fromkeys(identity),
        "theorem42": identity if index % 3 else dict.fromkeys(identity),
        "minimum_distance": {
            "distance": (np.sqrt(step) * beta).tolist(),
            "ray": (0.6 * np.sqrt(step) * beta).tolist(),
            "cosine": np.exp(-step * beta / 500).tolist(),
        },
        "statistics_error": {
            "mean_error": (0.1 * (index + 1) * depth * noise.lognormal(0, 0.1)).tolist(),
            "variance_error": (0.2 * (index + 1) * depth * noise.lognormal(0, 0.1)).tolist(),
        },
        "bias_drift": {
            "norm": (0.01 * (index + 1) * step * depth).tolist(),
            "gradient": (0.1 * (index + 1) * depth).tolist(),
            "line": (0.015 * (index + 1) * step * depth).tolist(),
        },
        "step_loss": {"change": change, "jump": jump if step else None},
        "gradient": {"norm": float((1.5, 0.4, 0.6)[index % 3] * noise.lognormal(0, 0.3))},
    }
