"""Runs whose truth is known: made-up columns, per variant, as functions of the step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from bntui.claims.measured_run import MeasuredRun
from bntui.records import Column, Measurement, Notice, NoticeKind, RunInfo, State
from bntui.run.series.history import History
from bntui.spec import ExperimentSpec, VariantSpec

LAYERS = ("conv1", "conv2", "conv3")
Curves = Mapping[str, npt.NDArray[np.float64]]
"""By 'probe.name' or 'probe.name.layer': values (n,), the first at the variant's step 0 · every."""


def made(
    curves: Mapping[str, Curves],
    *,
    seed: int = 0,
    every: int = 1,
    kinds: Mapping[str, str] | None = None,
    rates: Mapping[str, float] | None = None,
    gains: Mapping[str, float] | None = None,
    ended: Mapping[str, int] | None = None,
    dataset: str = "digits",
    classes: int = 10,
    majority: float = 0.0,
    state: State = State.FINISHED,
    steps: int = 1000,
) -> MeasuredRun:
    """A run with these curves by variant; `ended` are the notices of divergence."""
    names = list(dict.fromkeys(name for each in curves.values() for name in each))
    columns = tuple(Column(*_split(name)) for name in names)
    info = RunInfo(columns, tuple(curves), LAYERS, steps, 24, dataset, "cpu", "cpu", classes=classes, majority=majority)
    history = History(info)
    for variant, own in curves.items():
        for probe in {column.probe: None for column in columns}:
            history.extend(_measured(variant, probe, [own[n] for n in names if n.split(".")[0] == probe], every))
    spec = ExperimentSpec(
        name="made",
        network="vgg-mini",
        dataset=dataset,
        seed=seed,
        steps=steps,
        variants=tuple(
            VariantSpec(
                name=name,
                kind=(kinds or {}).get(name, name),
                lr=(rates or {}).get(name),
                gain=(gains or {}).get(name),
            )
            for name in curves
        ),
    )
    notices = tuple(Notice(NoticeKind.DIVERGED, "", step, variant, "loss") for variant, step in (ended or {}).items())
    return MeasuredRun(spec, history, notices, f"made-{seed}", state)


def under_seeds(curves: Callable[[int], Mapping[str, Curves]], count: int = 5, **options: Any) -> list[MeasuredRun]:
    """Runs of one experiment; `curves` takes a seed, from which each variant draws its own noise."""
    return [made(curves(seed), seed=seed, **options) for seed in range(count)]


def accuracy(mean: float, n: int = 400, seed: int = 0, scatter: float = 0.05) -> Curves:
    noise = np.random.default_rng(seed).normal(0, scatter, n)
    return {"train.loss": np.full(n, 0.5), "train.accuracy": mean + noise}


def positive(name: str, scale: float, n: int = 400, seed: int = 0, scatter: float = 0.3) -> Curves:
    return {name: scale * np.random.default_rng([seed, len(name), ord(name[-1])]).lognormal(0, scatter, n)}


def by_layer(name: str, scales: tuple[float, ...], n: int = 400, seed: int = 0) -> Curves:
    return {
        key: values
        for layer, scale in zip(LAYERS, scales, strict=True)
        for key, values in positive(f"{name}.{layer}", scale, n, seed).items()
    }


def _split(name: str) -> tuple[str, str, str]:
    probe, column, layer = (*name.split("."), "")[:3]
    return probe, column, layer


def _measured(variant: str, probe: str, curves: list[npt.NDArray[np.float64]], every: int) -> list[Measurement]:
    shortest = min(map(len, curves))
    return [
        Measurement(step * every, variant, probe, tuple(float(curve[step]) for curve in curves))
        for step in range(shortest)
    ]
