"""The trainer: all variants take the same steps on the same batches, and a generator yields the events."""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from typing import Protocol

import torch
from torch import Tensor

from bntui import process_clock
from bntui.data.dataset import Dataset
from bntui.probes.evaluation import constants
from bntui.records import Checkpoint, Event, Notice, NoticeKind, Progress
from bntui.spec import ExperimentSpec
from bntui.train.build import check_match, data_by_variant, partners, probe_seconds_of, run_info, variant_trainer
from bntui.train.device import exact
from bntui.train.recorder import Recorder
from bntui.train.scheduler import VariantScheduler, keep_freed_memory
from bntui.train.state import restore, saved
from bntui.train.variant_trainer import VariantTrainer
from bntui.variants.moment_norm import stepwise

Values = list[tuple[str, Tensor]]
"""The (probe, values) that one variant measured in a step."""
Taken = tuple[Values, float]
"""What one variant measured in a step, and its seconds of training up to then."""

FLUSH_SECONDS = 0.2
"""The time that values wait on the device before they are copied and yielded."""


class Control(Protocol):
    """Pauses and stops the trainer, which asks it before every step; only `wait` blocks."""

    @property
    def stopping(self) -> bool:
        """True to end training."""

    def must_save(self) -> bool:
        """Return whether a checkpoint was requested since the last call."""

    def may_step(self) -> bool:
        """Return whether the next step may be taken now, False while paused; it is taken after True."""

    def wait(self) -> None:
        """Block until one of these may have changed."""


class Uncontrolled:
    """The control of a trainer that runs to its end."""

    stopping = False

    def must_save(self) -> bool:
        """Return False."""
        return False

    def may_step(self) -> bool:
        """Return True."""
        return True

    def wait(self) -> None:
        """Return at once."""


def train(
    spec: ExperimentSpec, dataset: Dataset, control: Control | None = None, start: Checkpoint | None = None
) -> Generator[Event, None, None]:
    """Train the variants of a resolved spec: yield a RunInfo, then measurements, notices, progress and checkpoints.

    Measurements come in the order of steps and variants, in batches that end with a Progress. A checkpoint
    comes after all measurements of the steps before it: at the spec's interval, when the control requests one, and at
    the end. From `start`, training goes on with the same measurements as if it had never ended. Closing the generator
    ends training. Nothing is stored or drawn. Raises UserError where the spec, the data set, the device and `start` do
    not fit together.
    """
    with exact():
        training = _Training(spec, dataset, control or Uncontrolled(), start)
        keep_freed_memory()
        with training.scheduler.started():
            yield from training.events()


class _Training:
    def __init__(self, spec: ExperimentSpec, dataset: Dataset, control: Control, checkpoint: Checkpoint | None) -> None:
        check_match(spec.network, dataset)
        self._spec = spec
        self._control = control
        self._data = data_by_variant(spec, dataset)
        self._devices = list(dict.fromkeys(self._data.values()))
        self.trainers = [variant_trainer(spec, dataset, variant, self._data[variant.name]) for variant in spec.variants]
        self._partners = _partner_trainers(spec, self.trainers)
        on_cpu = all(data.device.type == "cpu" for data in self._devices)
        self.scheduler = VariantScheduler(len(self.trainers), spec.threads if on_cpu else None)
        self._info = run_info(spec, dataset, self.trainers, self._devices)
        start = checkpoint or Checkpoint(Progress(0, 0.0, 0.0), {}, {})
        self._recorder = Recorder({trainer.name: trainer.parts for trainer in self.trainers}, start.diverged)
        self._before = self._progress = start.progress
        # In this process, after the finished steps.
        self._variant_seconds = dict.fromkeys(self._data, 0.0)
        self._step = self._saved_step = start.progress.steps
        self._unfinished: deque[tuple[int, list[tuple[str, Future[Taken]]]]] = deque()
        self._drop_diverged()
        if checkpoint:
            restore(self.trainers, checkpoint)
        self._paused_seconds = 0.0
        self._begun = self._flushed = self._saved = process_clock.now()

    def events(self) -> Iterator[Event]:
        yield self._info
        try:
            yield from self._steps()
        except Exception:
            # After some errors the device fails at every call; the first error is the one to report.
            with contextlib.suppress(Exception):
                yield from self._flush()
            raise

    def _steps(self) -> Iterator[Event]:
        while self._step < self._spec.steps and self.trainers:
            if self._control.stopping:
                yield from self._stop()
                return
            if self._control.must_save() or self._checkpoint_due():
                yield from self._save()
            elif self._control.may_step():
                yield from self._take_step()
            else:
                yield from self._pause()
        yield from self._end()

    def _stop(self) -> Iterator[Event]:
        yield from self._save()
        if self.trainers:
            yield Notice(NoticeKind.STOPPED, f"stopped after {self._step} of {self._spec.steps} steps", self._step)
        else:
            yield from self._end()

    def _checkpoint_due(self) -> bool:
        interval = self._spec.checkpoint.seconds
        # At least one step lies between two, however long a checkpoint takes.
        return 0 < interval <= process_clock.now() - self._saved and self._step > self._saved_step

    def _save(self) -> Iterator[Event]:
        """Yield everything up to this step, then the checkpoint, if the spec wants any."""
        yield from self._finish_all()
        if self._spec.checkpoint.seconds and self.trainers:
            yield saved(self.trainers, self._progress, self._recorder.diverged)
        self._saved, self._saved_step = process_clock.now(), self._step

    def _pause(self) -> Iterator[Event]:
        yield from self._finish_all()
        if self.trainers:
            begun = process_clock.now()
            self._control.wait()
            self._paused_seconds += process_clock.now() - begun

    def _take_step(self) -> Iterator[Event]:
        self._submit_step()
        if self._step == 1:
            self._finish()
            yield from self._eager_notices()
        if process_clock.now() - self._flushed >= FLUSH_SECONDS:
            yield from self._flush()

    def _submit_step(self) -> None:
        # Devices work in parallel, and so do the cores of a CPU: no variant waits for another's kernels.
        step = self._step
        self._show_partners()
        batches = {data: data.batches.at(step) for data in self._devices}
        self._submit(lambda trainer: trainer.step(step, *batches[self._data[trainer.name]]))
        self._step += 1
        self._finish(self.scheduler.ahead)

    def _submit(self, measure: Callable[[VariantTrainer], Iterator[tuple[str, Tensor]]]) -> None:
        """Submit what every variant does at this step."""

        def task(trainer: VariantTrainer) -> Taken:
            return list(measure(trainer)), trainer.seconds()

        futures = [
            (trainer.name, self.scheduler.submit(trainer, functools.partial(task, trainer)))
            for trainer in self.trainers
        ]
        self._unfinished.append((self._step, futures))

    def _show_partners(self) -> None:
        """Give the variants that compare themselves with a partner its parameters after as many updates."""
        comparing = [trainer for trainer in self.trainers if trainer.wants_partner(self._step)]
        if comparing:
            self._finish()
        for trainer in comparing:
            if partner := self._partners.get(trainer.name):
                lost = partner.name in self._recorder.diverged
                trainer.partner = _copied(partner, self._data[trainer.name].device, lost=lost)

    def _finish(self, ahead: int = 0) -> None:
        """Wait until at most `ahead` steps are unfinished, and record the values of the others."""
        while len(self._unfinished) > ahead:
            step, futures = self._unfinished[0]
            for name, future in futures:
                measured, self._variant_seconds[name] = future.result()
                for probe, values in measured:
                    self._recorder.add(step, name, probe, values)
            self._unfinished.popleft()

    @property
    def _finished_steps(self) -> int:
        """The number of steps that all variants have taken."""
        return self._unfinished[0][0] if self._unfinished else self._step

    def _eager_notices(self) -> Iterator[Notice]:
        for reason in dict.fromkeys(trainer.eager_reason for trainer in self.trainers if trainer.eager_reason):
            yield Notice(NoticeKind.EAGER, f"no CUDA graphs ({reason}): steps run kernel by kernel", 0)

    def _end(self) -> Iterator[Event]:
        yield from self._save()
        if self._step < self._spec.steps:
            yield Notice(NoticeKind.ENDED, f"every variant has diverged: ended after {self._step} steps", self._step)
            return
        self._show_partners()
        self._submit(lambda trainer: trainer.between(self._step))
        yield from self._finish_all()

    def _finish_all(self) -> Iterator[Event]:
        self._finish()
        yield from self._flush()

    def _flush(self) -> Iterator[Event]:
        """Yield the recorded events and the progress; drop the variants that diverged."""
        yield from self._recorder.flush()
        known = self._finished_steps, self._seconds_of_variants()
        self._drop_diverged()
        self._flushed = process_clock.now()
        seconds = self._flushed - self._begun - self._paused_seconds
        probe_seconds = probe_seconds_of(self._devices) / self.scheduler.parallelism(seconds)
        before = self._before
        steps = self._finished_steps
        self._progress = Progress(
            steps,
            before.seconds + seconds,
            before.probe_seconds + probe_seconds,
            _seconds_after(steps, self._progress, *known),
        )
        yield self._progress

    def _seconds_of_variants(self) -> dict[str, float]:
        """Return the seconds of each variant after the finished steps, where all of them are known."""
        if not self._unfinished:
            # Now is after a copy from the device, which has finished more than when the steps were submitted.
            self._variant_seconds |= {trainer.name: trainer.seconds() for trainer in self.trainers}
        before = self._before.variant_seconds if self._before.steps else dict.fromkeys(self._variant_seconds, 0.0)
        names = [trainer.name for trainer in self.trainers if trainer.timed and trainer.name in before]
        return {name: before[name] + self._variant_seconds[name] for name in names}

    def _drop_diverged(self) -> None:
        diverged = self._recorder.diverged
        self.trainers = [trainer for trainer in self.trainers if trainer.name not in diverged]
        if not self.trainers:
            # Known only now; steps after the last divergence measured nothing, and do not count.
            self._finish()
            self._step = max(diverged.values()) + 1


def _seconds_after(steps: int, progress: Progress, finished: int, seconds: Mapping[str, float]) -> dict[str, float]:
    """Return the seconds of each variant after `steps`, by those of `progress` and those after the `finished` ones.

    Where every variant diverged, some finished steps do not count.
    """
    if steps == finished:
        return dict(seconds)
    share = (steps - progress.steps) / (finished - progress.steps)
    before = progress.variant_seconds
    return {name: (1 - share) * before.get(name, 0.0) + share * value for name, value in seconds.items()}


def _partner_trainers(spec: ExperimentSpec, trainers: Sequence[VariantTrainer]) -> dict[str, VariantTrainer]:
    """Return the trainer of each variant's partner, by the variant's name.

    Layers that keep statistics from step to step have none between two networks, so such variants have no partner.
    """
    by_name = {trainer.name: trainer for trainer in trainers if not stepwise(trainer.network)}
    return {name: by_name[partner] for name, partner in partners(spec).items() if partner in by_name}


def _copied(trainer: VariantTrainer, device: torch.device, *, lost: bool) -> dict[str, Tensor]:
    """Return a copy of a variant's parameters; all NaN if they are lost, or if one is not finite.

    So the copy does not depend on when it became known that the variant has diverged.
    """
    parameters = {name: parameter.to(device, copy=True) for name, parameter in constants(trainer.network).items()}
    if lost or not all(value.isfinite().all() for value in parameters.values()):
        return {name: torch.full_like(value, torch.nan) for name, value in parameters.items()}
    return parameters
