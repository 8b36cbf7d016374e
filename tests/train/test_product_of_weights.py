"""A step along the gradient of a product of many weights does not do what the gradient predicts.

Goodfellow, Bengio and Courville 2016, section 8.7.1: y = x·w₁ ⋯ w_l. With 20 weights of 1.1, x = 1 and
the loss ½y², the loss of 22.6 falls to 4.9 in a step of length 0.001 and rises to 7e18 in one of length 0.1.
"""

from __future__ import annotations

import pytest
import torch
from torch import nn

from bntui.models import MODELS
from bntui.models.layers import InputShape, assemble
from bntui.optimizer_spec import OptimizerSpec
from bntui.train.clock import Clock
from bntui.train.training_pass import TrainingPass
from bntui.train.variant_trainer import VariantTrainer

DEPTH, WEIGHT = 20, 1.1


def loss_after(lr: float) -> float:
    model = MODELS["dln"]
    one = InputShape(1, 1, 1)
    network = assemble(model, "dln", lambda *_: nn.Identity(), one, 1, seed=0, options={"depth": DEPTH}).double()
    for weight in network.parameters():
        nn.init.constant_(weight, WEIGHT)
    # The network's loss is y², of twice the gradient.
    passes = TrainingPass(network, model.criterion, "float32")
    trainer = VariantTrainer("product", passes, OptimizerSpec(lr=lr / 2), [], Clock(torch.device("cpu")))
    image, target = torch.ones(1, 1, 1, 1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)
    list(trainer.step(0, image, target))
    return float(model.criterion(network(image), target).detach()) / 2


@pytest.mark.parametrize(("lr", "printed"), [(0.001, 4.9), (0.1, 7e18)])
def test_the_loss_of_a_product_of_weights_after_a_step(lr: float, printed: float) -> None:
    y = WEIGHT**DEPTH
    assert y**2 / 2 == pytest.approx(22.6, rel=2e-3)
    expected = (WEIGHT - lr * y**2 / WEIGHT) ** (2 * DEPTH) / 2
    assert expected == pytest.approx(printed, rel=0.06)
    assert loss_after(lr) == pytest.approx(expected, rel=1e-12)
