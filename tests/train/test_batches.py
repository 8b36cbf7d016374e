"""The order of the batches: seeded, without repetition within an epoch, the partial batch dropped."""

from __future__ import annotations

import torch

from bntui.data.dataset import Dataset
from bntui.train.batches import Batches, scaled


def test_an_epoch_takes_every_sample_at_most_once(dataset: Dataset) -> None:
    batches = Batches(dataset, 700, seed=0, device=torch.device("cpu"))
    assert batches.per_epoch == 2
    images = torch.cat([batches.at(step)[0] for step in range(2)]).flatten(1)
    assert len({tuple(image.tolist()) for image in images}) > 1390  # a few of the images are equal


def test_the_order_depends_only_on_the_seed_and_the_step(dataset: Dataset) -> None:
    forwards = Batches(dataset, 100, seed=5, device=torch.device("cpu"))
    jumping = Batches(dataset, 100, seed=5, device=torch.device("cpu"))
    jumping.at(40)
    assert torch.equal(forwards.at(3)[1], jumping.at(3)[1])
    other = Batches(dataset, 100, seed=6, device=torch.device("cpu"))
    assert not torch.equal(forwards.at(3)[1], other.at(3)[1])


def test_epochs_differ(dataset: Dataset) -> None:
    batches = Batches(dataset, 1500, seed=0, device=torch.device("cpu"))
    assert not torch.equal(batches.at(0)[1], batches.at(1)[1])


def test_images_are_scaled_to_one() -> None:
    assert scaled(torch.tensor([0, 51, 255], dtype=torch.uint8)).tolist() == [0.0, torch.tensor(0.2).item(), 1.0]
