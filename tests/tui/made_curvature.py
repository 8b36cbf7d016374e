"""Made-up, deterministic values of the probes of curvature, as in `made_curves`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

Values = Mapping[str, float | Sequence[float] | None]


def curvature(step: int, index: int, hidden: int, loss: float) -> dict[str, Values]:
    """Return a sharpness that rises to the threshold without BatchNorm, and flatter values with it."""
    noise = np.random.default_rng([step, index, 3])
    normalized = index % 3 > 0
    rising = (2.0 if normalized else 20.0) * (1 - np.exp(-step / 60)) + 0.5
    spectrum = rising * np.arange(1.0, 11.0) ** (-0.4 if normalized else -1.1)
    rises = {radius: rising * radius**2 / 20 for radius in (0.25, 0.5, 1.0)}
    rank = np.arange(1.0, hidden + 1) ** (-0.1 if normalized else -0.8) * 20
    return {
        "sharpness": {
            "lambda_max": float(rising),
            "residual": float(noise.lognormal(-14, 0.3)),
            **{f"eigenvalue_at_{rank}": float(value) for rank, value in enumerate(spectrum, start=1)},
            "outlier_ratio": float(spectrum[0] / spectrum[-1]),
            "gradient_share": 0.3 if normalized else 0.9,
            "batch_sharpness": float(rising * noise.lognormal(0, 0.2)),
            "threshold": 20.0,
            "relative": float(rising / 20),
        },
        "flatness": {
            "loss": loss,
            **{f"rise_at_{radius:g}": float(rise) for radius, rise in rises.items()},
            "scale_free_sharpness": float(rising * 5),
            "residual": float(noise.lognormal(-12, 0.3)),
        },
        "effective_rank": {"rank": rank.tolist(), "kept": float(rank[-1] / rank[0])},
    }
