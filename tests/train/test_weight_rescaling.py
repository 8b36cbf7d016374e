"""Weight rescaling: which weights have unit length, and when."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bntui.data.dataset import Dataset
from bntui.models.layers import hidden, scale_free
from bntui.records import Checkpoint
from bntui.spec import ExperimentSpec
from bntui.train import train
from bntui.train.state import network_at
from tests.train.conftest import make
from tests.train.test_state import exactly, resumed, spec

OVERRIDES = ['variants=["bn", "wrs"]', "optimizer.momentum=0.5", "optimizer.weight_decay=1e-3"]


def trained(whole: ExperimentSpec, dataset: Dataset, kind: str) -> nn.Sequential:
    *_, last = (event for event in train(whole, dataset) if isinstance(event, Checkpoint))
    variant = next(variant for variant in whole.variants if variant.kind == kind)
    return network_at(whole, variant, dataset.classes, last)


def test_each_channel_before_batchnorm_has_unit_length(dataset: Dataset) -> None:
    network = trained(make(*OVERRIDES), dataset, "wrs")
    for weight in scale_free(network):
        assert torch.allclose(weight.flatten(1).norm(dim=1), torch.ones(len(weight)))
    other = network.get_submodule("fc1.weights").get_parameter("weight")
    assert list(hidden(network)) == ["conv1", "conv2"]
    assert not torch.allclose(other.flatten(1).norm(dim=1), torch.ones(len(other)), atol=1e-2)


def test_it_begins_with_the_directions_of_the_others(dataset: Dataset) -> None:
    whole = make(*OVERRIDES, "steps=1", "optimizer.lr=1e-30", "optimizer.weight_decay=0")
    pairs = zip(scale_free(trained(whole, dataset, "wrs")), scale_free(trained(whole, dataset, "bn")), strict=True)
    for rescaled, weight in pairs:
        rows = weight.detach().flatten(1)
        assert torch.allclose(rescaled.flatten(1), rows / rows.norm(dim=1, keepdim=True))


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_it_goes_on_from_a_checkpoint(dataset: Dataset, kind: str) -> None:
    whole = spec("", 'variants=["wrs"]', "optimizer.momentum=0", f"optimizer.kind={kind}")
    assert resumed(whole, dataset, 2) == exactly(train(whole, dataset))


def test_the_laws_of_weight_norms_go_on_from_a_checkpoint(dataset: Dataset) -> None:
    whole = spec("[probes.weight_norms]\nevery = 2\n", 'variants=["bn", "wrs"]', "optimizer.momentum=0")
    assert resumed(whole, dataset, 1, 4) == exactly(train(whole, dataset))
