"""What lock-step costs beside plain loops, and what the probes cost beside none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision import transforms

from bntui.data import Request, load
from bntui.data.dataset import Dataset
from bntui.models import MODELS
from bntui.probes import PROBES
from bntui.probes.base import Point
from bntui.spec import ExperimentSpec
from bntui.spec import load as load_preset
from bntui.train import resolve, train
from bntui.train.batches import Batches
from bntui.train.loop import _Training
from tests.bench.measure import Figure, ratio

STEPS = 12
OFF = [f"probes.{name}.every=0" for name in ("moments", "gradient", "smoothness", "test")]


def _spec(*overrides: str) -> ExperimentSpec:
    return resolve(load_preset("noisy", ["dataset=digits", "device=cpu", f"steps={STEPS}", *overrides]))


def _digits() -> Dataset:
    picture = MODELS["vgg-mini"].picture
    return load("digits", Request((picture.channels, picture.height, picture.width)))


def _drain(spec: ExperimentSpec, dataset: Dataset) -> None:
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
    """The digits as torchvision's sets give them: a picture decoded from PIL and transformed at each look."""

    def __init__(self, dataset: Dataset) -> None:
        to_pil = transforms.ToPILImage()
        self._pictures = [to_pil(image) for image in dataset.train.images]
        self._labels = dataset.train.labels.tolist()
        self._transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.0,), (1.0,))])

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, at: int) -> tuple[Tensor, int]:
        return self._transform(self._pictures[at]), self._labels[at]


def _published(networks: Sequence[nn.Sequential], pictures: _Pictures, batch_size: int) -> None:
    """The loop of published reproductions: data set with transforms, DataLoader, `.item()` at every step."""
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


def loops() -> Iterator[Figure]:
    """Three variants in lock-step, without probes but loss and accuracy."""
    dataset, spec = _digits(), _spec(*OFF)
    order = Batches(dataset, spec.batch_size, spec.seed, torch.device("cpu"))
    batches = [order.at(step) for step in range(STEPS)]
    networks = _networks(spec, dataset)
    against = ratio(lambda: _drain(spec, dataset), lambda: _plain(networks, batches), 9)
    yield Figure("lock-step, three variants, no probes", "three plain loops on batches in memory", against, 1.05)
    pictures = _Pictures(dataset)
    faster = 1 / ratio(lambda: _drain(spec, dataset), lambda: _published(networks, pictures, spec.batch_size))
    yield Figure("the same, how much faster", "DataLoader, transforms, .item() every step", faster, 2.0, ceiling=False)


def probes() -> Iterator[Figure]:
    """What measuring costs."""
    dataset, none = _digits(), _spec(*OFF)
    moments = _spec(*OFF, "probes.moments.every=1")
    cost = ratio(lambda: _drain(moments, dataset), lambda: _drain(none, dataset), 9)
    yield Figure("moments at every step", "no probes", cost, 1.10)
    # One turn of the schedule's longest period but the test set's, which is 297 digits here.
    turn = ["steps=50"]
    scheduled, bare = _spec(*turn, "probes.test.every=0"), _spec(*turn, *OFF)
    cost = ratio(lambda: _drain(scheduled, dataset), lambda: _drain(bare, dataset), 3)
    yield Figure("the preset's default schedule, 50 steps", "no probes", cost, 1.10)


def smoothness() -> Iterator[Figure]:
    """Smoothness at s points beside s plain passes."""
    dataset, spec = _digits(), _spec('variants=["bn"]')
    training = _Training(spec, dataset, None)  # type: ignore[arg-type]
    learner = training._learners[0]
    images, labels = training._batches.at(0)
    point: Point = learner._point(0, images, labels)
    probe = next(probe for probe in learner.probes if probe.name == PROBES["smoothness"].name)
    count = len(spec.probes["smoothness"]["etas"])

    def passes() -> None:
        for _ in range(count):
            learner.network.zero_grad()
            functional.cross_entropy(learner.network(images), labels).backward()

    cost = ratio(lambda: probe.measure(point), passes, 25)
    yield Figure(f"smoothness at {count} points", f"{count} plain forward and backward passes", cost, 1.05)
