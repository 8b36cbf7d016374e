"""Dropout: masks of the right share that follow from the seed, the layer and the step, and nothing at probability 0."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bntui.models import MODELS
from bntui.models.dropout import Dropout
from bntui.records import Checkpoint
from bntui.spec import ExperimentSpec, parse
from bntui.train import resolve, train
from bntui.train.build import initial_network
from bntui.variants.noise import noises
from tests.train.conftest import digits, measured

DROPPING = [name for name, model in MODELS.items() if "dropout" in model.Options.model_fields]


def spec_of(network: str = "blog-cnn", dropout: float = 0.4, **keys: Any) -> ExperimentSpec:
    options = {"steps": 4, "batch_size": 8, "seed": 3, "device": "cpu", "probes": {"ics": {"every": 1}}, **keys}
    text = f'network = {{ kind = "{network}", dropout = {dropout} }}\ndataset = "digits"\n'
    spec = parse(f'{text}variants = ["standard", "bn", "noisy"]', "p")
    return resolve(spec.model_validate({**spec.model_dump(), **options}))


def network_of(spec: ExperimentSpec, variant: int = 0) -> nn.Sequential:
    return initial_network(spec, spec.variants[variant], MODELS[spec.network.kind].input_shape, 10)


def dropouts(network: nn.Module) -> list[Dropout]:
    return [module for module in network.modules() if isinstance(module, Dropout)]


def mask(dropout: Dropout, step: int = 0, shape: tuple[int, ...] = (50, 400)) -> Tensor:
    dropout.redraw(step)
    return dropout(torch.ones(shape, dtype=torch.float64))


def test_the_share_that_is_dropped_is_the_probability_and_the_mean_stays() -> None:
    dropped = Dropout(0.2)
    dropped.seed(0, "fc1")
    values = mask(dropped)
    assert set(values.unique().tolist()) == {0.0, 1.25}
    assert float((values == 0).double().mean()) == pytest.approx(0.2, abs=0.01)
    assert torch.equal(dropped.eval()(values), values)


@pytest.mark.parametrize("network", DROPPING)
def test_it_follows_every_hidden_nonlinearity(network: str) -> None:
    for layer in list(network_of(spec_of(network)).children())[:-1]:
        parts = [type(part) for part in layer.children() if isinstance(part, nn.ReLU | nn.Sigmoid | Dropout)]
        assert parts in ([nn.ReLU, Dropout], [nn.Sigmoid, Dropout])


@pytest.mark.parametrize("network", DROPPING)
def test_without_probability_there_is_none(network: str) -> None:
    assert not dropouts(network_of(spec_of(network, dropout=0.0)))


def test_a_variant_may_have_its_own() -> None:
    spec = spec_of(dropout=0.0)
    own = [
        variant.model_copy(update={"dropout": dropout})
        for variant, dropout in zip(spec.variants, (0.3, None, 0.1), strict=True)
    ]
    spec = spec.model_copy(update={"variants": tuple(own)})
    assert [{each.probability for each in dropouts(network_of(spec, variant))} for variant in range(3)] == [
        {0.3},
        set(),
        {0.1},
    ]


def test_masks_depend_on_seed_layer_and_step_and_not_on_the_variant() -> None:
    spec = spec_of()
    plain, bn, noisy = (dropouts(network_of(spec, variant)) for variant in range(3))
    first, second = (mask(dropped) for dropped in plain)
    assert torch.equal(first, mask(bn[0]))
    assert torch.equal(first, mask(noisy[0]))
    assert torch.equal(first, mask(plain[0]))
    others = [second, mask(plain[0], step=1), mask(dropouts(network_of(spec_of(seed=4)))[0])]
    assert not any(torch.equal(first, other) for other in others)


def test_it_is_independent_of_the_noise_of_its_layer() -> None:
    network = network_of(spec_of("relu-mlp"), variant=2)
    jumping, dropped = noises(network)[:2]
    shape = (20, 64)
    shift = jumping(torch.zeros(shape))
    kept = mask(dropped, shape=shape) if isinstance(dropped, Dropout) else torch.empty(0)
    correlation = torch.corrcoef(torch.stack([kept.flatten(), shift.flatten().double()]))[0, 1]
    assert abs(float(correlation)) < 0.1


def test_a_resumed_run_draws_the_same_masks() -> None:
    spec = spec_of()
    whole = list(train(spec, digits()))
    half = next(e for e in train(spec.model_copy(update={"steps": 2}), digits()) if isinstance(e, Checkpoint))
    rest = measured(train(spec, digits(), start=half))
    assert rest
    assert rest == [event for event in measured(whole) if event.step >= 2]


def test_probes_measure_with_the_masks_of_the_step() -> None:
    # Updates of almost nothing leave the gradient as it is, if its mask is the same.
    spec = spec_of(optimizer={"lr": 1e-30})
    values = [event.values for event in measured(train(spec, digits())) if event.probe == "ics"]
    shifts, cosines = zip(*(torch.tensor(value).chunk(2) for value in values), strict=True)
    assert float(torch.stack(shifts).max()) < 1e-5
    assert float(torch.stack(cosines).min()) > 1 - 1e-5
