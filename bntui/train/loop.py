"""The trainer: all variants in lock-step on the same batches, as a generator of what is measured."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from typing import Protocol

import torch
from torch import Tensor, nn

from bntui import process_clock
from bntui.data.dataset import Dataset, Split
from bntui.models import MODELS
from bntui.models.layers import InputShape, assemble, hidden
from bntui.probes import PROBES
from bntui.probes.probe import Setting, options_of
from bntui.records import Column, Event, Notice, NoticeKind, Progress, RunInfo, UserError
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.train.batches import Batches, scaled
from bntui.train.clock import Clock
from bntui.train.cuda_graph import CudaGraphPass
from bntui.train.device import choose_all, describe, exact
from bntui.train.recorder import Recorder
from bntui.train.scheduler import VariantScheduler, keep_freed_memory
from bntui.train.training_pass import TrainingPass
from bntui.train.variant_trainer import VariantTrainer
from bntui.variants import VARIANTS
from bntui.variants.noise import noises
from bntui.variants.variant import NormSite

Values = list[tuple[str, Tensor]]
"""What a variant measured in a step: (probe, its values)."""

FLUSH_SECONDS = 0.2
"""How long values may wait on the device; the store and the screen see them no sooner."""


class Control(Protocol):
    """Who steers the trainer: it asks before every step."""

    def would_wait(self) -> bool:
        """True if `proceed` would block now."""

    def proceed(self) -> bool:
        """Block while paused; then True to take the next step, False to end."""


class Unsteered:
    """The control of a trainer that runs to its end."""

    def would_wait(self) -> bool:
        """Never."""
        return False

    def proceed(self) -> bool:
        """Always."""
        return True


def train(spec: ExperimentSpec, dataset: Dataset, control: Control | None = None) -> Generator[Event, None, None]:
    """Train a resolved spec's variants: first a RunInfo, then measurements, notices and progress.

    Nothing else happens here. Measurements come in the order of their steps, variants and probes, in batches that
    end with a Progress. Closing the generator ends training. Raises UserError where the spec, the data and
    the device do not fit together.
    """
    with exact():
        training = _Training(spec, dataset, control or Unsteered())
        keep_freed_memory()
        with training.cores.taken():
            yield from training.events()


class _Workplace:
    """What is on one device: the training set in its order, the test set, a clock for each variant's probes."""

    def __init__(self, spec: ExperimentSpec, dataset: Dataset, device: torch.device) -> None:
        self.device = device
        self.batches = Batches(dataset, spec.batch_size, spec.seed, device)
        self.test = Split(dataset.test.images.to(device), dataset.test.labels.to(device))
        self.probing: list[Clock] = []

    def clock(self) -> Clock:
        """One more."""
        self.probing.append(Clock(self.device))
        return self.probing[-1]

    def probe_seconds(self) -> float:
        """What all probes took here so far."""
        return sum(clock.seconds() for clock in self.probing)


class _Training:
    def __init__(self, spec: ExperimentSpec, dataset: Dataset, control: Control) -> None:
        self._spec = spec
        self._dataset = dataset
        self._control = control
        check_fit(spec.network, dataset)
        devices = choose_all(spec.device)[: len(spec.variants)]
        here = {device: _Workplace(spec, dataset, device) for device in dict.fromkeys(devices)}
        self._workplaces = list(here.values())
        pairs = zip(spec.variants, itertools.cycle(devices), strict=False)
        self._workplace_of = {variant.name: here[device] for variant, device in pairs}
        self._learners = [self._learner(variant) for variant in spec.variants]
        on_cpu = all(workplace.device.type == "cpu" for workplace in self._workplaces)
        self.cores = VariantScheduler(len(self._learners), spec.threads if on_cpu else None)
        self._recorder = Recorder({learner.name: learner.parts for learner in self._learners})
        self._info = self._describe()
        self._step = 0
        self._under_way: deque[tuple[int, list[tuple[str, Future[Values]]]]] = deque()
        self._waited = 0.0
        self._begun = self._flushed = process_clock.now()

    def events(self) -> Iterator[Event]:
        yield self._info
        try:
            yield from self._steps()
        except Exception:
            # After some errors a device answers no more, and this one is what has to be known.
            with contextlib.suppress(Exception):
                yield from self._flush()
            raise

    def _steps(self) -> Iterator[Event]:
        while self._step < self._spec.steps and self._learners:
            if self._control.would_wait():
                yield from self._catch_up()
            if not self._wait():
                yield from self._catch_up()
                yield Notice(NoticeKind.STOPPED, f"stopped after {self._step} of {self._spec.steps} steps", self._step)
                return
            self._take_step()
            if self._step == 1:
                self._complete()
                yield from self._eager()
            if process_clock.now() - self._flushed >= FLUSH_SECONDS:
                yield from self._flush()
        yield from self._end()

    def _wait(self) -> bool:
        asked = process_clock.now()
        go = self._control.proceed()
        self._waited += process_clock.now() - asked
        return go

    def _take_step(self) -> None:
        # Devices work at the same time, and so do the cores of a CPU: no variant waits for another's kernels.
        step = self._step
        batches = {workplace: workplace.batches.at(step) for workplace in self._workplaces}
        self._begin(lambda learner: learner.step(step, *batches[self._workplace_of[learner.name]]))
        self._step += 1
        self._complete(self.cores.ahead)

    def _begin(self, measure: Callable[[VariantTrainer], Iterator[tuple[str, Tensor]]]) -> None:
        """What all variants measure at this step."""

        def work(learner: VariantTrainer) -> Values:
            return list(measure(learner))

        futures = [(one.name, self.cores.begin(one, functools.partial(work, one))) for one in self._learners]
        self._under_way.append((self._step, futures))

    def _complete(self, ahead: int = 0) -> None:
        """Wait until no more than so many steps are under way, and keep what the others measured."""
        while len(self._under_way) > ahead:
            step, futures = self._under_way[0]
            for name, future in futures:
                for probe, values in future.result():
                    self._recorder.add(step, name, probe, values)
            self._under_way.popleft()

    @property
    def _done(self) -> int:
        """How many steps all variants have taken."""
        return self._under_way[0][0] if self._under_way else self._step

    def _eager(self) -> Iterator[Notice]:
        """Why steps that should be CUDA graphs are not."""
        for why in dict.fromkeys(learner.eager for learner in self._learners if learner.eager):
            yield Notice(NoticeKind.EAGER, f"no CUDA graphs ({why}): steps run kernel by kernel", 0)

    def _end(self) -> Iterator[Event]:
        yield from self._catch_up()
        if self._step < self._spec.steps:
            yield Notice(NoticeKind.ENDED, f"every variant has diverged: ended after {self._step} steps", self._step)
            return
        self._begin(lambda learner: learner.end(self._step))
        yield from self._catch_up()

    def _catch_up(self) -> Iterator[Event]:
        self._complete()
        yield from self._flush()

    def _flush(self) -> Iterator[Event]:
        yield from self._recorder.flush()
        self._learners = [one for one in self._learners if one.name not in self._recorder.diverged]
        self._flushed = process_clock.now()
        seconds = self._flushed - self._begun - self._waited
        probing = max(workplace.probe_seconds() for workplace in self._workplaces)
        yield Progress(self._done, seconds, probing / self.cores.side_by_side(seconds))

    def _learner(self, variant: VariantSpec) -> VariantTrainer:
        spec, workplace = self._spec, self._workplace_of[variant.name]
        network = self._network(variant).to(workplace.device)
        setting = Setting(
            layers=tuple(hidden(network)),
            weighted=tuple(name for name, _ in network.named_children()),
            seed=spec.seed,
            steps=spec.steps,
            test_images=workplace.test.images,
            test_labels=workplace.test.labels,
            scaled=scaled,
            summed=MODELS[spec.network].summed,
        )
        passes = CudaGraphPass if spec.cuda_graphs else TrainingPass
        options = {name: options_of(PROBES[name], given) for name, given in spec.probes.items()}
        return VariantTrainer(
            name=variant.name,
            passes=passes(network, MODELS[spec.network].criterion, spec.precision),
            lr=spec.lr(variant.name),
            optimizer=spec.optimizer,
            probes=[PROBES[name](given, setting) for name, given in options.items() if given.every],
            clock=workplace.clock(),
        )

    def _network(self, variant: VariantSpec) -> nn.Sequential:
        spec = self._spec
        kind = VARIANTS[variant.kind].model_validate(variant.options)
        site_count = 0

        def norm(channels: int, dims: int) -> nn.Module:
            nonlocal site_count
            site_count += 1
            try:
                return kind.layer(NormSite(channels, dims, site_count - 1), spec.noise)
            except UserError as error:
                raise UserError(f"variants.{variant.name}.{error}") from None

        input_shape = InputShape(*self._dataset.train.images.shape[1:])
        seed = spec.seed if variant.seed is None else variant.seed
        network = assemble(MODELS[spec.network], spec.network, norm, input_shape, self._dataset.classes, seed)
        if variant.gain is not None:
            for layer in network:
                layer.get_submodule("weights").get_parameter("weight").data.mul_(variant.gain)
        for name, part in hidden(network).items():
            for noise in noises(part):
                noise.seed(spec.seed, name)
        return network

    def _describe(self) -> RunInfo:
        names, uuids = zip(*(describe(workplace.device) for workplace in self._workplaces), strict=True)
        first = self._learners[0]
        columns: list[Column] = [column for probe in first.probes for column in probe.columns]
        return RunInfo(
            columns=tuple(columns),
            variants=tuple(learner.name for learner in self._learners),
            layers=tuple(hidden(first.network)),
            steps=self._spec.steps,
            steps_per_epoch=self._workplaces[0].batches.per_epoch,
            dataset=self._dataset.name,
            device=", ".join(str(workplace.device) for workplace in self._workplaces),
            device_name=", ".join(dict.fromkeys(names)),
            device_uuid=uuids[0],
            classes=self._dataset.classes,
            default_every={name: probe.Options().every for name, probe in PROBES.items()},
        )


def check_fit(network: str, dataset: Dataset) -> None:
    """Raises UserError where the network is to tell classes apart and the data have none, or the reverse."""
    regression = dataset.train.labels.is_floating_point()
    if MODELS[network].regression == regression:
        return
    kind = "predicts numbers" if MODELS[network].regression else "tells classes apart"
    networks = [name for name, model in MODELS.items() if model.regression == regression]
    data = "numbers to predict" if regression else "classes"
    raise UserError(f"network {network} {kind}, but {dataset.name} has {data}; for it there is {', '.join(networks)}")


def versions() -> dict[str, str]:
    """What computed the numbers: torch, and the CUDA it was built with."""
    return {"torch": torch.__version__, "cuda": torch.version.cuda or ""}
