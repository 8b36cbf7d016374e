"""What lock-step costs beside plain loops."""

from __future__ import annotations

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
from bntui.spec import ExperimentSpec
from bntui.spec import load as load_preset
from bntui.train import resolve, train
from bntui.train.batches import Batches
from bntui.train.loop import _Training
from tests.bench.measure import Figure, ratio

STEPS = 60
"""One turn of noisy's schedule but for the test set."""
OFF = [f"probes.{name}.every=0" for name in load_preset("noisy").probes if name != "train"]


def spec(*overrides: str) -> ExperimentSpec:
    return resolve(load_preset("noisy", ["dataset=digits", "device=cpu", f"steps={STEPS}", *overrides]))


def digits() -> Dataset:
    input_shape = MODELS["vgg-mini"].input_shape
    return load("digits", Request((input_shape.channels, input_shape.height, input_shape.width)))


def drain(spec: ExperimentSpec, dataset: Dataset) -> None:
    for _ in train(spec, dataset):
        pass


def _networks(spec: ExperimentSpec, dataset: Dataset) -> list[nn.Sequential]:
    return [learner.network for learner in _Training(spec, dataset, None)._learners]  # type: ignore[arg-type]


def _plain(networks: Sequence[nn.Sequential], batches: Sequence[tuple[Tensor, Tensor]]) -> None:
    """What a careful notebook does: each network by itself, batches in memory, nothing read back."""
    for network in networks:
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        for step, (images, labels) in enumerate(batches):
            _redraw(network, step)
            optimizer.zero_grad()
            functional.cross_entropy(network(images), labels).backward()
            optimizer.step()


def _redraw(network: nn.Module, step: int) -> None:
    for module in network.modules():
        if hasattr(module, "redraw"):
            module.redraw(step)


class _Pictures(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """The digits as torchvision.datasets.MNIST gives its own: at each look a PIL picture made and transformed."""

    def __init__(self, dataset: Dataset) -> None:
        self.data, self.targets = dataset.train.images[:, 0], dataset.train.labels
        self._transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, at: int) -> tuple[Tensor, int]:
        image, target = self.data[at], int(self.targets[at])
        return self._transform(Image.fromarray(image.numpy(), mode="L")), target


def _published(networks: Sequence[nn.Sequential], pictures: _Pictures, batch_size: int) -> None:
    """The loop of published reproductions: data set with transforms, DataLoader, `.item()` at every step.

    They train one network after the other, each with a pass of its own over the DataLoader; so does this.
    """
    for network in networks:
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        losses, right = [], []
        for step, (images, labels) in enumerate(_endless(pictures, batch_size)):
            if step == STEPS:
                break
            _redraw(network, step)
            optimizer.zero_grad()
            logits = network(images)
            loss = functional.cross_entropy(logits, labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            right.append((logits.argmax(1) == labels).float().mean().item())


def _endless(pictures: _Pictures, batch_size: int) -> Iterator[tuple[Tensor, Tensor]]:
    while True:
        yield from DataLoader(pictures, batch_size=batch_size, shuffle=True, drop_last=True)


class _Elsewhere:
    """The loops that are not bntui's, in a process of their own: none of its settings reach them."""

    def __init__(self) -> None:
        self._ours, theirs = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_run_loops, args=(theirs,), daemon=True)
        self._process.start()

    def run(self, name: str) -> None:
        """One of them, to its end."""
        self._ours.send(name)
        self._ours.recv()

    def close(self) -> None:
        """The process ends."""
        self._ours.send("")
        self._process.join()


def _run_loops(asked: Connection) -> None:
    dataset, bare = digits(), spec(*OFF)
    order = Batches(dataset, bare.batch_size, bare.seed, torch.device("cpu"))
    batches, pictures = [order.at(step) for step in range(STEPS)], _Pictures(dataset)
    while name := asked.recv():
        # Weights as new as in lock-step: max-pooling, for one, is faster where there is little left to learn.
        networks = _networks(bare, dataset)
        if name == "plain":
            _plain(networks, batches)
        else:
            _published(networks, pictures, bare.batch_size)
        asked.send(None)


def loops() -> Iterator[Figure]:
    """Three variants in lock-step, without probes but loss and accuracy."""
    dataset, bare = digits(), spec(*OFF)
    elsewhere = _Elsewhere()
    against = ratio(lambda: drain(bare, dataset), lambda: elsewhere.run("plain"), 3)
    yield Figure("lock-step, three variants, no probes", "three plain loops on batches in memory", against, 1.05)
    faster = 1 / ratio(lambda: drain(bare, dataset), lambda: elsewhere.run("published"), 3)
    yield Figure("the same, how much faster", "DataLoader, transforms, .item() every step", faster, 2.0, ceiling=False)
    elsewhere.close()
