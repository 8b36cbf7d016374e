"""Speed of lock-step training, against plain training loops."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection

import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import transforms

from bntui.data import Request, load
from bntui.data.dataset import Dataset
from bntui.models import MODELS
from bntui.models.layers import Model, assemble, hidden
from bntui.spec import ExperimentSpec
from bntui.spec import load as load_preset
from bntui.train import resolve, train
from bntui.train.batches import Batches
from bntui.variants import VARIANTS
from bntui.variants.noise import Noise, noises
from bntui.variants.variant import NormSite
from tests.bench.measure import Result, ratio

CPU = torch.device("cpu")
STEPS = 60
"""One period of the schedule of `noisy`, except for the test set."""
OFF = [f"probes.{name}.every=0" for name in load_preset("noisy").probes if name != "train"]
TIMEOUT = 300


def spec(*overrides: str) -> ExperimentSpec:
    return resolve(load_preset("noisy", ["dataset=digits", "device=cpu", f"steps={STEPS}", *overrides]))


def digits() -> Dataset:
    input_shape = MODELS["vgg-mini"].input_shape
    return load("digits", Request((input_shape.channels, input_shape.height, input_shape.width)))


def drain(spec: ExperimentSpec, dataset: Dataset) -> None:
    for _ in train(spec, dataset):
        pass


def network(kind: str, model: Model = MODELS["vgg-mini"], seed: int = 0) -> nn.Sequential:
    """Return a new network of a variant, as the trainer builds it."""
    noise_spec, positions = spec().noise, itertools.count()

    def norm(channels: int, dims: int) -> nn.Module:
        return VARIANTS[kind]().layer(NormSite(channels, dims, next(positions)), noise_spec)

    built = assemble(model, kind, norm, model.input_shape, 10, seed)
    for layer, part in hidden(built).items():
        for noise in noises(part):
            noise.seed(seed, layer)
    return built


def _plain(networks: Sequence[nn.Sequential], batches: Sequence[tuple[Tensor, Tensor]]) -> None:
    """Train one network after the other on batches in memory, without copying values to the host."""
    for network in networks:
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        for step, (images, labels) in enumerate(batches):
            _redraw(network, step)
            optimizer.zero_grad()
            functional.cross_entropy(network(images), labels).backward()
            optimizer.step()


def _redraw(network: nn.Module, step: int) -> None:
    for module in network.modules():
        if isinstance(module, Noise):
            module.redraw(step)


class _ImageDataset(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """The digits as torchvision.datasets.MNIST serves images: each access makes a PIL image and transforms it."""

    def __init__(self, dataset: Dataset) -> None:
        self.data, self.targets = dataset.train.images[:, 0], dataset.train.labels
        self._transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        image, target = self.data[index], int(self.targets[index])
        return self._transform(Image.fromarray(image.numpy(), mode="L")), target


def _published(networks: Sequence[nn.Sequential], images: _ImageDataset, batch_size: int) -> None:
    """Train as published reproductions do: data set with transforms, DataLoader, `.item()` at every step.

    They train one network after the other, each with its own pass over the DataLoader.
    """
    for network in networks:
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        losses, accuracies = [], []
        for step, (inputs, labels) in enumerate(_repeated(images, batch_size)):
            if step == STEPS:
                break
            _redraw(network, step)
            optimizer.zero_grad()
            logits = network(inputs)
            loss = functional.cross_entropy(logits, labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            accuracies.append((logits.argmax(1) == labels).float().mean().item())


def _repeated(images: _ImageDataset, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        yield from DataLoader(images, batch_size=batch_size, shuffle=True, drop_last=True)


class _LoopProcess:
    """A process for the plain loops, so that the trainer's thread and memory settings do not affect them."""

    def __init__(self) -> None:
        self._connection, remote = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_serve_loops, args=(remote,), daemon=True)
        self._process.start()

    def run(self, name: str) -> None:
        """Run a loop to its end. Raises TimeoutError."""
        self._connection.send(name)
        if not self._connection.poll(TIMEOUT):
            raise TimeoutError(f"the {name} loop takes more than {TIMEOUT} s")
        self._connection.recv()

    def close(self) -> None:
        """End the process."""
        self._connection.send("")
        self._process.join(TIMEOUT)


def _serve_loops(connection: Connection) -> None:
    dataset, bare = digits(), spec(*OFF)
    order = Batches(dataset, bare.batch_size, bare.seed, CPU)
    batches, images = [order.at(step) for step in range(STEPS)], _ImageDataset(dataset)
    while name := connection.recv():
        # New weights each time, as in lock-step: max-pooling is faster in a trained network.
        networks = [network(variant.kind) for variant in bare.variants]
        if name == "plain":
            _plain(networks, batches)
        else:
            _published(networks, images, bare.batch_size)
        connection.send(None)


def loops() -> Iterator[Result]:
    """Measure three variants in lock-step, with no probes except loss and accuracy."""
    dataset, bare = digits(), spec(*OFF)
    process = _LoopProcess()
    cost = ratio(lambda: drain(bare, dataset), lambda: process.run("plain"), 3)
    yield Result("lock-step, three variants, no probes", "three plain loops on batches in memory", cost, 1.05)
    speedup = 1 / ratio(lambda: drain(bare, dataset), lambda: process.run("published"), 3)
    yield Result("the same, how much faster", "DataLoader, transforms, .item() every step", speedup, 2.0, at_most=False)
    process.close()
