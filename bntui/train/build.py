"""What the trainer works with, built from a spec: the data on each device, a trainer per variant, the run's facts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import nn

from bntui.data.dataset import Dataset, Split
from bntui.models import MODELS
from bntui.models.layers import InputShape, assemble, hidden, scale_free
from bntui.network_spec import NetworkSpec
from bntui.probes import PROBES
from bntui.probes.probe import Probe, Setting, options_of
from bntui.records import RunInfo, UserError
from bntui.spec import ExperimentSpec, VariantSpec
from bntui.train.batches import Batches, scaled
from bntui.train.clock import Clock
from bntui.train.cuda_graph import CudaGraphPass
from bntui.train.device import choose_all, describe
from bntui.train.training_pass import TrainingPass
from bntui.train.variant_trainer import VariantTrainer
from bntui.variants import VARIANTS, kind_of
from bntui.variants.cross_iteration import follow_weights
from bntui.variants.noise import noises
from bntui.variants.variant import NormSite
from bntui.variants.weight_rescaling import rescale


class DeviceData:
    """The data on one device, training batches and test set, and the clocks of the probes that run there."""

    def __init__(self, spec: ExperimentSpec, dataset: Dataset, device: torch.device) -> None:
        self.device = device
        self.batches = Batches(dataset, spec.batch_size, spec.seed, device)
        self.test = Split(dataset.test.images.to(device), dataset.test.labels.to(device))
        self.classes = 0 if dataset.test.labels.is_floating_point() else dataset.classes
        self._probe_clocks: list[Clock] = []

    def probe_clock(self) -> Clock:
        """Return a new clock, which `probe_seconds` counts."""
        self._probe_clocks.append(Clock(self.device))
        return self._probe_clocks[-1]

    def probe_seconds(self) -> float:
        """Return the time that all probes took on this device."""
        return sum(clock.seconds() for clock in self._probe_clocks)


def check_match(network: NetworkSpec, dataset: Dataset) -> None:
    """Raise UserError unless both are for classification, or both for regression."""
    regression = dataset.train.labels.is_floating_point()
    if MODELS[network.kind].regression == regression:
        return
    predicted, labels = ("classes", "numbers") if regression else ("numbers", "classes")
    networks = [name for name, model in MODELS.items() if model.regression == regression]
    raise UserError(
        f"network {network.kind} predicts {predicted}, but {dataset.name} has {labels} as labels;"
        f" choose from {', '.join(networks)}"
    )


def data_by_variant(spec: ExperimentSpec, dataset: Dataset) -> dict[str, DeviceData]:
    """Copy the data set to the spec's devices, which take the variants in turn; return the data of each variant.

    Variants that see the data set otherwise, as with whitened inputs, have data of their own.
    """
    devices = choose_all(spec.device)[: len(spec.variants)]
    data: dict[tuple[torch.device, Dataset], DeviceData] = {}
    of_variants = {}
    for variant, device in zip(spec.variants, itertools.cycle(devices), strict=False):
        seen = kind_of(variant).seen(dataset)
        if (device, seen) not in data:
            data[device, seen] = DeviceData(spec, seen, device)
        of_variants[variant.name] = data[device, seen]
    return of_variants


def probe_seconds_of(devices: Iterable[DeviceData]) -> float:
    """Return the time that all probes took on the device where they took longest."""
    seconds: dict[torch.device, float] = {}
    for data in devices:
        seconds[data.device] = seconds.get(data.device, 0.0) + data.probe_seconds()
    return max(seconds.values())


def variant_trainer(spec: ExperimentSpec, dataset: Dataset, variant: VariantSpec, data: DeviceData) -> VariantTrainer:
    """Return the trainer of one variant, with its network and probes on the device of `data`."""
    model = MODELS[spec.network.kind]
    network = initial_network(spec, variant, InputShape(*dataset.image_shape), dataset.classes).to(data.device)
    training_pass = CudaGraphPass if spec.cuda_graphs else TrainingPass
    return VariantTrainer(
        name=variant.name,
        training_pass=training_pass(network, model.criterion, spec.precision),
        optimizer=spec.optimizer_of(variant.name),
        probes=_probes(spec, variant, network, data),
        probe_clock=data.probe_clock(),
        rescaled=_rescaled(network, variant),
        undecayed=model.undecayed,
    )


def partners(spec: ExperimentSpec) -> dict[str, str]:
    """Return, by the name of each variant, that of the next one of equal kind and options, where there is one.

    Such variants have one network, and differ in their weights: by the seed, the gain or the optimizer.
    """
    last: dict[str, str] = {}
    pairs: dict[str, str] = {}
    for variant in reversed(spec.variants):
        alike = repr((variant.kind, kind_of(variant)))
        pairs |= {variant.name: last[alike]} if alike in last else {}
        last[alike] = variant.name
    return pairs


def run_info(
    spec: ExperimentSpec, dataset: Dataset, trainers: Sequence[VariantTrainer], devices: Sequence[DeviceData]
) -> RunInfo:
    """Return the facts that hold for the whole run."""
    names, uuids = zip(*(describe(data.device) for data in devices), strict=True)
    first = trainers[0]
    layers = tuple(hidden(first.network))
    return RunInfo(
        columns=tuple(column for probe in first.probes for column in probe.columns),
        variants=tuple(trainer.name for trainer in trainers),
        layers=layers,
        steps=spec.steps,
        steps_per_epoch=devices[0].batches.per_epoch,
        dataset=dataset.name,
        device=", ".join(dict.fromkeys(str(data.device) for data in devices)),
        device_name=", ".join(dict.fromkeys(names)),
        device_uuids=tuple(dict.fromkeys(filter(None, uuids))),
        classes=dataset.classes,
        majority=_majority(dataset.train),
        default_every={name: probe.Options().every for name, probe in PROBES.items() if layers or not probe.of_layers},
        undefined=_undefined(trainers),
    )


def _undefined(trainers: Sequence[VariantTrainer]) -> dict[str, tuple[str, ...]]:
    """Return by name the probes that are not defined in some variants, with these."""
    found: dict[str, tuple[str, ...]] = {}
    for trainer in trainers:
        for probe in trainer.probes:
            if not probe.defined:
                found[probe.name] = (*found.get(probe.name, ()), trainer.name)
    return found


def _majority(train: Split) -> float:
    """Return the share of the most frequent class; 0 for regression."""
    return 0.0 if train.labels.is_floating_point() else float(train.labels.bincount().max()) / len(train)


def initial_network(spec: ExperimentSpec, variant: VariantSpec, shape: InputShape, classes: int) -> nn.Sequential:
    """Return the variant's network with its initial weights, on the CPU."""
    seed = spec.seed if variant.seed is None else variant.seed
    norm = _norm(spec, variant)
    options = spec.network_of(variant).options
    network = assemble(MODELS[spec.network.kind], spec.network.kind, norm, shape, classes, seed, options)
    for layer in network:
        gain = spec.gain if variant.gain is None else variant.gain
        layer.get_submodule("weights").get_parameter("weight").data.mul_(gain)
    for name, layer in hidden(network).items():
        for noise in noises(layer):
            noise.seed(spec.seed, name)
    follow_weights(hidden(network).values())
    rescale(_rescaled(network, variant))
    return network


def _rescaled(network: nn.Sequential, variant: VariantSpec) -> list[nn.Parameter]:
    """Return the weights that the variant keeps at unit length."""
    return scale_free(network) if VARIANTS[variant.kind].unit_weights else []


def _norm(spec: ExperimentSpec, variant: VariantSpec) -> Callable[[int, int], nn.Module]:
    """Return the function that makes the variant's layer for the network's first, second, … site."""
    kind = kind_of(variant)
    positions = itertools.count()

    def norm(channels: int, dims: int) -> nn.Module:
        try:
            return kind.layer(NormSite(channels, dims, next(positions)), spec.noise)
        except UserError as error:
            raise UserError(f"variants.{variant.name}.{error}") from None

    return norm


def _probes(spec: ExperimentSpec, variant: VariantSpec, network: nn.Sequential, data: DeviceData) -> list[Probe]:
    """Return the spec's probes for one network, without those that are off."""
    where = setting(spec, variant, network, data)
    options = {name: options_of(PROBES[name], given) for name, given in spec.probes.items()}
    return [PROBES[name](given, where) for name, given in options.items() if given.every]


def setting(spec: ExperimentSpec, variant: VariantSpec, network: nn.Sequential, data: DeviceData) -> Setting:
    """Return the facts about a run that the probes of a variant are constructed with."""
    return Setting(
        layers=tuple(hidden(network)),
        weighted=tuple(name for name, _ in network.named_children()),
        seed=spec.seed,
        steps=spec.steps,
        test_images=data.test.images,
        test_labels=data.test.labels,
        scaled=scaled,
        train_images=data.batches.train.images,
        train_labels=data.batches.train.labels,
        optimizer=spec.optimizer_of(variant.name),
        unit_weights=VARIANTS[variant.kind].unit_weights,
        summed=MODELS[spec.network.kind].summed,
        classes=data.classes,
        undecayed=MODELS[spec.network.kind].undecayed,
        convex=MODELS[spec.network.kind].convex,
        true_gradient=VARIANTS[variant.kind].true_gradient,
    )
