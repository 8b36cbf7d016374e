"""Points of a sweep made by hand: what a small network might come to at these rates and momenta."""

import math
from pathlib import Path

from bntui.records import State
from bntui.run.storage.summary import Summary
from bntui.sweep.point import Point
from bntui.sweep.progress import PointState
from bntui.sweep.results import MeasuredPoint, VariantResult
from tests.sweep.test_metrics import spec_of

VARIANTS = ("standard", "bn", "noisy")
RATES = (0.001, 0.00314, 0.00985, 0.0309, 0.097, 0.305, 0.956, 3.0)
MOMENTA = (0.0, 0.5, 0.9)
BEARS = {"standard": 0.1, "bn": 1.0, "noisy": 0.5}
"""The rate that each variant bears, at momentum 0."""


def result(rate, momentum, variant, seed):
    """Accuracy rises with the rate up to what the variant bears, falls to chance beyond, and then it diverges."""
    effective = rate / (1 - momentum) / BEARS[variant] * (1 + 0.2 * math.sin(7 * seed + rate))
    if effective > 4:
        return VariantResult({"diverged-at": float(20 + seed)}, diverged=20 + seed, learned=False)
    accuracy = 0.1 if effective > 1.3 else 0.97 - 0.5 / (1 + 40 * effective) - 0.03 * seed * effective
    metrics = {
        "final-accuracy": accuracy,
        "mean-accuracy": accuracy * 0.8,
        "largest-beta": 5 + 40 * effective,
    }
    if accuracy > 0.92:
        metrics["steps-to-90"] = 30 / effective + seed
    return VariantResult(metrics, learned=accuracy > 0.19)


def point(setting, seed, results, variants=VARIANTS, **spec):
    spec = spec_of(variants, **spec).model_copy(update={"seed": seed})
    return MeasuredPoint(setting, spec, results)


def points(rates=RATES, momenta=(0.0,), seeds=(0, 1, 2), variants=VARIANTS):
    """Every combination of rates, momenta and seeds; the momentum is swept where there are several."""
    return tuple(
        point(
            {"optimizer.lr": rate, **({"optimizer.momentum": momentum} if len(momenta) > 1 else {})},
            seed,
            {variant: result(rate, momentum, variant, seed) for variant in variants},
            variants,
        )
        for rate in rates
        for momentum in momenta
        for seed in seeds
    )


def states_of(points, finished=None):
    """Return the states of these points: the first `finished` ones, all by default, are; the others wait."""
    made = []
    for number, each in enumerate(points):
        place = Point(number, each.setting, each.spec, str(number), f"point {number}")
        run = Summary(Path(f"/runs/{number}"), State.FINISHED, each.spec)
        waits = finished is not None and number >= finished
        made.append(PointState(place) if waits else PointState(place, State.FINISHED, run))
    return tuple(made)
