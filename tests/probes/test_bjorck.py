"""What is known of long steps and of gradients: extremes, values beyond a scan, options that do not fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from bntui.models.dln import squared_distance
from bntui.models.layers import hidden, preactivation
from bntui.probes.fuss_catalan import FussCatalan
from bntui.probes.probe import Point
from bntui.records import Column, RunInfo, UserError
from bntui.run.series.history import History
from bntui.spec import parse
from bntui.train import resolve
from bntui.views.focus import Focus
from bntui.views.view_catalogue import VIEWS
from tests.probes.trace import batch, build, probes, setting


def at(network: nn.Sequential, images: Tensor, labels: Tensor, model: str = "vgg-mini") -> Point:
    criterion = cross_entropy if model != "dln" else squared_distance
    logits = network.train()(images)
    loss = criterion(logits, labels)
    names, parameters = zip(*network.named_parameters(), strict=True)
    gradient = dict(zip(names, torch.autograd.grad(loss, parameters), strict=True))
    return Point(0, network, criterion, 0.1, images, labels, logits.detach(), loss.detach(), gradient)


def values(probe: str, point: Point, model: str = "vgg-mini", **options: object) -> dict[str, float]:
    (one,), _ = probes({probe: {"every": 1, **options}}, setting(point.network, model, 5))
    names = [f"{column.name} {column.layer}".strip() for column in one.columns]
    return dict(zip(names, one.measure(point).tolist(), strict=False))


def vgg(kind: str = "bn") -> Point:
    return at(build(kind, dtype=torch.float64), *batch("vgg-mini", 0, torch.float64))


def test_the_loss_of_a_short_step_falls_by_the_length_of_the_gradient() -> None:
    point = vgg()
    square = sum(float(g.square().sum()) for g in point.gradient.values())
    found = values("step_scan", point, lengths=[1e-7, 1e-6])
    assert (1 - found["relative_loss_at_1e-07"]) / 1e-7 == pytest.approx(square / float(point.loss), rel=1e-3)


def test_lengths_beyond_the_scan_are_not_values() -> None:
    found = values("step_scan", vgg(), lengths=[1e-7, 1e-6])
    assert found["best"] == 1e-6
    assert found["first_rise"] != found["first_rise"] and found["first_divergence"] != found["first_divergence"]


def test_a_loss_that_overflows_diverges() -> None:
    found = values("step_scan", vgg("standard"), lengths=[1e-3, 1e30])
    assert found["relative_loss_at_1e+30"] == float("inf") and found["first_divergence"] == 1e30


def test_along_a_step_that_does_not_diverge_the_longest_is_shown() -> None:
    found = values("step_moments", vgg(), lengths=[1e-7, 1e-6])
    assert found["length"] == 1e-6
    assert found["variance_at_1_100"] == pytest.approx(found["variance_at_1_0"], rel=1e-3) == pytest.approx(1, rel=1e-2)


def test_a_diverging_step_starts_with_the_moments_of_the_network() -> None:
    point = vgg("standard")
    found = values("step_moments", point, lengths=[1.0, 100.0])
    assert found["length"] in (1.0, 100.0)
    first = point.network.get_submodule("conv1.weights")(point.images)
    assert found["abs_mean_at_1_0"] == pytest.approx(first.mean((0, 2, 3)).abs().mean().item())
    assert found["variance_at_1_0"] == pytest.approx(first.var((0, 2, 3), correction=0).mean().item())


def test_batchnorm_leaves_channels_without_mean_and_with_the_variance_that_epsilon_leaves() -> None:
    network = build("bn", "resnet-mini", torch.float64)
    inputs: list[Tensor] = []
    network.get_submodule("conv1.weights").register_forward_hook(lambda module, given, output: inputs.append(output))
    point = at(network, *batch("resnet-mini", 0, torch.float64), "resnet-mini")
    (one,), _ = probes({"depth_moments": {"every": 1}}, setting(network, "resnet-mini", 5))
    recorded: dict[str, Tensor] = {}
    for name, layer in hidden(network).items():
        preactivation(layer).register_forward_hook(
            lambda module, given, output, name=name: recorded.update({name: output.detach()})
        )
    network(point.images)
    one.observe(point, recorded)
    columns = [f"{column.name} {column.layer}".strip() for column in one.columns]
    found = dict(zip(columns, one.measure(point).tolist(), strict=True))
    variance = inputs[0].detach().var((0, 2, 3), correction=0)
    assert found["abs_mean conv1"] == pytest.approx(0, abs=1e-12)
    assert found["deviation conv1"] == pytest.approx((variance / (variance + 1e-5)).sqrt().mean().item())
    assert found["growth"] == found[f"deviation {list(recorded)[-1]}"] / found["deviation conv1"]


@pytest.mark.parametrize(("labels", "coherence"), [([3] * 8, 1.0), ([0, 1] * 4, 0.0)])
def test_coherence_is_1_for_equal_samples_and_0_for_opposed_ones(labels: list[int], coherence: float) -> None:
    point = vgg()
    # Of two classes that are equally likely, with all others out of the question.
    logits = torch.full((8, 10), -1e3, dtype=torch.float64)
    logits[:, :2] = 0
    point = replace(point, logits=logits, labels=torch.tensor(labels))
    found = values("class_gradients", point, rows=1)
    assert found["coherence"] == pytest.approx(coherence, abs=1e-12)
    assert found["most_predicted"] == 1


def test_a_short_batch_leaves_out_rows() -> None:
    point = vgg()
    point = replace(point, logits=point.logits[:2], labels=point.labels[:2])
    found = values("class_gradients", point, rows=3)
    assert "gradient_at_1_9" in found and "gradient_at_2_0" not in found


def test_terms_of_one_sign_do_not_cancel_and_opposed_ones_do() -> None:
    point = vgg("standard")
    alike = at(point.network, point.images[:1].expand(4, -1, -1, -1), point.labels[:1].expand(4))
    one = at(point.network, point.images[:1], point.labels[:1])
    assert values("cancellation", alike) == pytest.approx(values("cancellation", one))
    # A fully connected layer has one term a sample.
    assert values("cancellation", one)["ratio fc1"] == pytest.approx(1)


def test_there_are_no_classes_in_a_regression() -> None:
    point = at(build("bn", "dln", torch.float64), *batch("dln", 0, torch.float64), "dln")
    assert values("class_gradients", point, "dln") == {}


def test_products_are_of_all_square_layers_from_the_last_hidden_one_back() -> None:
    assert values("weight_products", vgg()) == {}
    for model, factors in (("relu-mlp", 2), ("dln", 24)):
        point = at(build("bn", model, torch.float64), *batch(model, 0, torch.float64), model)
        assert values("weight_products", point, model)["largest_law"] == pytest.approx(FussCatalan(factors).largest)


def test_a_pane_says_what_its_quantity_needs() -> None:
    columns = (Column("weight_products", "distance"), Column("class_gradients", "coherence"))
    history = History(RunInfo(columns, ("bn",), ("conv1",), 20, 20, "digits", "cpu", "cpu"))
    focus = Focus("conv1", {"weight_products": 10, "class_gradients": 10}, step=20, over=True)
    assert "it needs a last hidden layer that is linear" in VIEWS["law_distance"](history, focus).empty
    assert "it needs a network that predicts classes" in VIEWS["coherence"](history, focus).empty
    assert "this network predicts numbers" in VIEWS["class_gradients"](history, focus).empty


@pytest.mark.parametrize("lengths", ["[1.0]", "[1.0, 1.0]", "[1.0, 0.5]", "[0.0, 1.0]", "[1.0, 1.0000001]"])
def test_lengths_ascend(lengths: str) -> None:
    text = f'network="relu-mlp"\ndataset="digits"\nvariants=["bn"]\n[probes.step_scan]\nlengths={lengths}\n'
    with pytest.raises(UserError, match=r"probes\.step_scan\.lengths"):
        resolve(parse(text, "it"))


def test_tails_are_of_a_layer_that_there_is() -> None:
    with pytest.raises(UserError, match="no layer 'conv9'; choose from conv1"):
        values("tails", vgg(), layer="conv9")
    assert values("tails", vgg(), layer="conv1")["kurtosis"] != values("tails", vgg())["kurtosis"]
