"""A feed without a trainer: made-up, deterministic curves at a chosen moment of a run."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np

from bntui.probes import PROBES
from bntui.records import Column, Measurement, Notice, NoticeKind, RunInfo, State, divergence_steps
from bntui.run.series.history import History
from bntui.run.sources.protocol import Status
from bntui.spec import ExperimentSpec, VariantSpec

LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5", "conv6", "fc1")
PER_LAYER = ("mean", "var", "mean_from_start", "var_from_start", "unit_mean", "unit_var", "mean_drift", "var_drift")
WEIGHTED = (*LAYERS, "fc2")
BINS = tuple(f"bin_{index:02d}" for index in range(16))
SMOOTHNESS = ("loss_min", "loss_max", "grad_diff_min", "grad_diff_max", "cos_min", "cos_max", "beta")
COLUMNS = (
    Column("train", "loss"),
    Column("train", "accuracy"),
    Column("test", "accuracy"),
    *(Column("moments", name, layer) for name in PER_LAYER for layer in LAYERS),
    *(Column("smoothness", name) for name in SMOOTHNESS),
    *(Column("scale", name, layer) for name in ("rms", "mean_abs") for layer in LAYERS),
    *(Column("norms", name, layer) for name in ("grad", "weight", "distance") for layer in WEIGHTED),
    *(Column("ics", name, layer) for name in ("l2", "cosine") for layer in WEIGHTED),
    *(Column("distribution", name, layer) for name in ("low", "high", *BINS) for layer in LAYERS),
    *(Column("saturation", "share", layer) for layer in LAYERS),
    *(Column("activation_beta", "beta", layer) for layer in LAYERS),
    *(Column("theorem41", name, layer) for name in ("left", "right", "relative_error") for layer in LAYERS),
    *(Column("smoothness_random", name) for name in SMOOTHNESS),
    *(Column("step_loss", name) for name in ("change", "jump")),
    Column("gradient", "norm"),
)
VARIANTS = ("standard", "bn", "noisy")
FALLBACK = Notice(NoticeKind.FALLBACK, "mnist could not be downloaded: training on the digits that ship with bntui")
DIVERGED = Notice(NoticeKind.DIVERGED, "standard diverged at step 157: loss", 157, "standard", "loss")


def spec_of(variants: tuple[str, ...] = VARIANTS, steps: int = 1000, name: str = "noisy") -> ExperimentSpec:
    return ExperimentSpec(
        name=name,
        title="Standard, BatchNorm and noisy BatchNorm",
        source="Santurkar et al. 2018, figure 2",
        about="Noise after BatchNorm makes the layers' inputs drift more, and training stays as fast.",
        network="vgg-mini",
        dataset="mnist",
        steps=steps,
        variants=tuple(VariantSpec(name=each, kind=each.split("-")[0]) for each in variants),
        probes={"moments": {"every": 5}, "smoothness": {"every": 25}, "test": {"every": 100}},
    )


class FakeSource:
    """A `RunSource`; `work` returns at once if the state is over, else when it is stopped or released."""

    attached = False

    def __init__(
        self,
        state: State = State.TRAINING,
        done: int = 430,
        steps: int = 1000,
        variants: tuple[str, ...] = VARIANTS,
        columns: tuple[Column, ...] = COLUMNS,
        notices: tuple[Notice, ...] = (),
        error: Exception | None = None,
    ) -> None:
        self.spec = spec_of(variants, steps)
        self.run_id = "20260102-030405-noisy"
        self.folder: Path | None = Path("/runs/20260102-030405-noisy")
        self.info: RunInfo | None = None
        self.history: History | None = None
        self.status = Status(state, loading="downloading mnist", fraction=0.42)
        self.notices = notices
        self.calls: list[str] = []
        self.exported: Path | Exception = Path("/runs/20260102-030405-noisy/measurements.csv")
        self._error = error
        self._released = threading.Event()
        if state is not State.LOADING:
            self.begin(done, columns)

    def begin(self, done: int, columns: tuple[Column, ...] = COLUMNS) -> None:
        spec = self.spec
        names = tuple(variant.name for variant in spec.variants)
        every = {name: probe.Options().every for name, probe in PROBES.items()}
        self.info = RunInfo(columns, names, LAYERS, spec.steps, 24, "mnist", "cpu", "cpu", default_every=every)
        self.history = History(self.info)
        self.extend(0, done)
        state = State.TRAINING if self.status.state is State.LOADING else self.status.state
        self.status = Status(state, done, rate=38.2, probe_share=0.12)

    def extend(self, first: int, last: int) -> None:
        assert self.info is not None and self.history is not None
        ended = divergence_steps(self.notices)
        present = {column.probe for column in self.info.columns}
        self.history.extend(
            each
            for step in range(first, last)
            for index, name in enumerate(self.info.variants)
            if step <= (ended.get(name) or step)
            for each in _measured(step, index, name, step == ended.get(name), self.info.steps)
            if each.probe in present
        )

    @property
    def parts(self) -> dict[str, FakeSource]:
        return {"": self}

    def release(self) -> None:
        """Let `work` end by itself."""
        self._released.set()

    def work(self) -> None:
        self.calls.append("work")
        if self._error is not None:
            raise self._error
        if not self.status.state.over:
            self._released.wait(30)
        if not self.status.state.over:
            stopped = "stop" in self.calls
            self.status = replace(self.status, state=State.STOPPED if stopped else State.FINISHED)

    def pause(self) -> None:
        self._called("pause", State.PAUSED)

    def resume(self) -> None:
        self._called("resume", State.TRAINING)

    def step(self) -> None:
        self._called("step", State.PAUSED)

    def stop(self) -> None:
        self._called("stop", State.STOPPING)
        self.release()

    def export(self, path: Path | None = None, steps: tuple[int, int] | None = None) -> Path:
        self.calls.append("export" if steps is None else f"export {steps[0]} to {steps[1]}")
        if isinstance(self.exported, Exception):
            raise self.exported
        return path or self.exported

    def _called(self, name: str, state: State) -> None:
        self.calls.append(name)
        if not self.status.state.over:
            self.status = replace(self.status, state=state)


def _measured(step: int, index: int, name: str, broken: bool, steps: int) -> list[Measurement]:
    noise = np.random.default_rng([step, index])
    learned = 1 - np.exp(-step / (160, 25, 45, 90, 60)[index % 5])
    loss = float("nan") if broken else 2.3 * (1 - learned) + 0.05 + abs(noise.normal(0, 0.08))
    accuracy = min(1.0, max(0.0, 0.1 + 0.88 * learned + noise.normal(0, 0.05)))
    found = [Measurement(step, name, "train", (loss, accuracy))]
    if step and step % 100 == 0:
        found.append(Measurement(step, name, "test", (0.1 + 0.85 * learned,)))
    if step % 5 == 0:
        scale = (0.015, 0.0012, 0.3)[index % 3] * (0.4 + np.exp(-step / 200))
        moments = [scale * (1 + layer / 3) * noise.uniform(0.7, 1.4) for layer in range(len(LAYERS))]
        values = [0.1] * len(LAYERS) * 4 + _units(step, index) + (moments + moments if step else [])
        found.append(Measurement(step, name, "moments", tuple(values)))
    if step % 25 == 0:
        wide = (1.0, 0.2, 0.3)[index % 3] * noise.lognormal(0, 0.35)
        landscape = (loss * 0.8, loss + 4 * wide, 0.3 * wide, 3 * wide, 0.9 - wide, 0.95)
        beta = (18, 10, 11.5)[index % 3] * noise.lognormal(0, 0.35)
        found.append(Measurement(step, name, "smoothness", (*landscape, beta)))
        around = (loss * 0.95, loss + wide, 0.1 * wide, wide, 0.95, 0.99, beta / 3)
        found.append(Measurement(step, name, "smoothness_random", around))
    if step % 10 == 0:
        found += [Measurement(step, name, probe, values) for probe, values in _by_layer(index, noise).items()]
        found += [Measurement(step, name, probe, values) for probe, values in _others(step, index, loss).items()]
    return found


def _units(step: int, index: int) -> list[float]:
    """Means and variances of one unit of each layer."""
    noise = np.random.default_rng([step, index, 1])
    means = (0.02 * step, 0.0, 0.0)[index % 3] * np.arange(len(LAYERS)) + noise.normal(0, (0.1, 0.05, 0.4)[index % 3])
    return [*means.tolist(), *([1.0 + 0.5 * (index % 3)] * len(LAYERS))]


def _others(step: int, index: int, loss: float) -> dict[str, tuple[float, ...]]:
    noise = np.random.default_rng([step, index, 2])
    depth = np.arange(1, len(LAYERS) + 1)
    errors = noise.lognormal(-15, 0.3, len(LAYERS))
    change = -0.1 * loss * noise.lognormal(0, 0.3)
    return {
        "saturation": tuple(np.clip(0.5 + 0.05 * depth * (1 - index % 3), 0, 1).tolist()),
        "activation_beta": tuple(((3.0, 0.8, 1.1)[index % 3] / depth * noise.lognormal(0, 0.2)).tolist()),
        # Without BatchNorm there is nothing to compare.
        "theorem41": tuple(np.concatenate([depth, depth, errors]).tolist()) if index % 3 else (),
        "step_loss": (change, abs(change) * noise.lognormal(0, 0.5))[: 1 + (step > 0)],
        "gradient": ((1.5, 0.4, 0.6)[index % 3] * noise.lognormal(0, 0.3),),
    }


def _by_layer(index: int, noise: np.random.Generator) -> dict[str, tuple[float, ...]]:
    depth, hidden = np.arange(1, len(WEIGHTED) + 1), len(LAYERS)
    rms = (0.5 * 1.3**depth if index % 3 == 0 else 1 + 0.05 * index * depth)[:hidden]
    grad = (0.3, 0.1, 0.15)[index % 3] * depth * noise.lognormal(0, 0.1, len(depth))
    shift, cosine = grad * (depth > 1), np.where(depth > 1, 1 - 0.1 * depth / (1 + index), 1.0)
    middles = np.linspace(-6, 6, len(BINS))[:, None]
    shares = np.exp(-((middles - noise.normal(0, index % 3, hidden)) ** 2))
    edges = np.repeat([[-6.0], [6.0]], hidden, axis=1) * (1 + index)
    rows = {
        "scale": (rms, rms * 0.8),
        "norms": (grad, grad * 5, grad * 2),
        "ics": (shift, cosine),
        "distribution": (*edges, *(shares / shares.sum(axis=0))),
    }
    return {probe: tuple(np.concatenate(values).tolist()) for probe, values in rows.items()}
