"""The generated data set: a linear regression, the same each time, for networks that predict numbers."""

from __future__ import annotations

import pytest
import torch

from bntui.data import Request, load
from bntui.data.dataset import Dataset
from bntui.records import Measurement, RunInfo, UserError
from bntui.spec import parse
from bntui.train import resolve, train


@pytest.fixture
def gaussian() -> Dataset:
    return load("gaussian", Request((10, 1, 1)))


def test_targets_are_one_matrix_times_the_inputs(gaussian: Dataset) -> None:
    inputs, targets = gaussian.train.images.flatten(1).double(), gaussian.train.labels.double()
    assert inputs.shape == targets.shape == (1000, 10)
    matrix = torch.linalg.lstsq(inputs, targets).solution
    for split in (gaussian.train, gaussian.test):
        assert torch.allclose(split.images.flatten(1).double() @ matrix, split.labels.double(), atol=1e-4)
    assert gaussian.image_shape == (10, 1, 1)


def test_inputs_and_matrix_are_standard_normal(gaussian: Dataset) -> None:
    values = gaussian.train.images
    assert float(values.mean()) == pytest.approx(0, abs=0.03)
    assert float(values.std()) == pytest.approx(1, abs=0.03)


def test_it_is_the_same_each_time(gaussian: Dataset) -> None:
    again = load("gaussian", Request((1, 28, 28)))
    assert torch.equal(gaussian.train.images, again.train.images)
    assert torch.equal(gaussian.test.labels, again.test.labels)


PRESET = """
network = "dln"
dataset = "gaussian"
steps = 3
batch_size = 1000
variants = ["standard", "bn"]
[optimizer]
lr = 1e-6
"""


def test_training_on_it_measures_a_loss_and_no_accuracy(gaussian: Dataset) -> None:
    info, *events = train(resolve(parse(PRESET + "[probes.test]\nevery=2\n", "it")), gaussian)
    assert isinstance(info, RunInfo)
    assert [(column.probe, column.name) for column in info.columns] == [("train", "loss"), ("test", "loss")]
    assert info.steps_per_epoch == 1
    first = next(event for event in events if isinstance(event, Measurement) and event.probe == "train")
    # The network starts near zero, so that the loss is about the targets' size, 1,000 × 10 × 10.
    assert 0.2e5 < first.values[0] < 5e5


@pytest.mark.parametrize(("network", "dataset"), [("dln", "digits"), ("vgg-mini", "gaussian")])
def test_a_network_that_does_not_fit_is_refused(network: str, dataset: str) -> None:
    preset = PRESET.replace("dln", network).replace("1000", "20")
    with pytest.raises(UserError, match=f"network {network} .*, but {dataset} has"):
        next(train(resolve(parse(preset, "it")), load(dataset, Request((1, 28, 28)))))
