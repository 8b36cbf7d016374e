"""The excess risk of SGD and ridge regression: against theory in float64, and against a plain twin of a run."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bntui.data import Request, load
from bntui.data.dataset import Dataset
from bntui.probes import PROBES
from bntui.probes.excess_risk import PENALTIES, ridge, risks
from bntui.records import Measurement, RunInfo, UserError
from bntui.spec import ExperimentSpec, parse
from bntui.train import resolve, train
from bntui.train.batches import Batches
from tests.train.test_state import resumed

PRESET = """
network = { kind = "linear", step_sizes = 3 }
dataset = "power-law-1"
device = "cpu"
steps = 22
batch_size = 1
variants = ["standard"]
optimizer = { lr = 0.1 }
probes = { excess_risk = { every = 4, sizes = 2 }, train = { every = 5 } }
"""
NAMES = ("sgd", "ridge", "longer")


def spec(*overrides: str) -> ExperimentSpec:
    return resolve(parse(PRESET, "it", overrides=overrides))


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load("power-law-1", Request((200, 1, 1)))


def measured(of: ExperimentSpec, dataset: Dataset) -> dict[str, float]:
    """Return the last values of a run by name."""
    info, *events = train(of, dataset)
    assert isinstance(info, RunInfo)
    names = [column.name for column in info.columns_of("excess_risk")]
    values = [event.values for event in events if isinstance(event, Measurement) and event.probe == "excess_risk"]
    return dict(zip(names, values[-1] if values else (), strict=False))


def test_a_run_equals_its_twin(dataset: Dataset) -> None:
    of = spec()
    batches = Batches(dataset, 1, of.seed, torch.device("cpu"))
    samples = [batches.at(step) for step in range(of.steps)]
    x = np.array([images.flatten().numpy() for images, _ in samples], dtype=np.float64)
    y = np.array([labels.flatten().numpy() for _, labels in samples], dtype=np.float64)
    numbers = np.arange(1, 201)
    spectrum, true = 1 / numbers, np.stack([numbers**0.0, 1 / numbers, numbers**-10.0])

    def risk(function: np.ndarray, target: int) -> float:
        return float(spectrum @ (function - true[target]) ** 2)

    def sgd(count: int, target: int) -> float:
        found = []
        for size in (0.1, 0.1 / math.sqrt(2), 0.05):
            iterates = [np.zeros(200)]
            for step in range(count - 1):
                error = iterates[-1] @ x[step] - y[step, target]
                iterates.append(iterates[-1] - size * error * x[step])
            found.append(risk(np.mean(iterates[count // 2 :], axis=0), target))
        return min(found)

    def ridge_risk(count: int, target: int) -> float:
        gram, product = x[:count].T @ x[:count], x[:count].T @ y[:count, target]
        return min(risk(np.linalg.solve(gram + p * np.eye(200), product), target) for p in np.logspace(-2, 4, 25))

    # 4·ln 4 = 5.5 and 8·ln 8 = 16.6, rounded up to multiples of 4.
    counts = {"sgd": {4: 4, 8: 8}, "ridge": {4: 4, 8: 8}, "longer": {4: 8, 8: 20}}
    expected = {
        f"{kind}_{target + 1}_at_{size}": (ridge_risk if kind == "ridge" else sgd)(counts[kind][size], target)
        for kind in NAMES
        for target in range(3)
        for size in (4, 8)
    }
    values = measured(of, dataset)
    assert {name: values[name] for name in expected} == pytest.approx(expected, rel=1e-4)
    assert values["ratio"] == pytest.approx(min(values[f"sgd_{t}_at_8"] / values[f"ridge_{t}_at_8"] for t in (1, 2, 3)))
    worse = [
        values[f"longer_{t}_at_{size}"] / values[f"ridge_{t}_at_{size}"]
        for t in (1, 2, 3)
        for size in (4, 8)
        if values[f"sgd_{t}_at_{size}"] > values[f"ridge_{t}_at_{size}"]
    ]
    assert worse and values["longer_ratio"] == pytest.approx(max(worse))


def test_the_seed_chooses_the_samples(dataset: Dataset) -> None:
    assert measured(spec(), dataset)["ridge_1_at_4"] != measured(spec("seed=1"), dataset)["ridge_1_at_4"]


def test_training_is_bitwise_the_same_without_it(dataset: Dataset) -> None:
    def losses(*overrides: str) -> list[tuple[float, ...]]:
        events = train(spec("probes.train.every=1", *overrides), dataset)
        return [event.values for event in events if isinstance(event, Measurement) and event.probe == "train"]

    assert losses() == losses("probes.excess_risk.every=0")


def test_it_keeps_its_schedule_and_fills_its_columns(dataset: Dataset) -> None:
    info, *events = train(spec(), dataset)
    found = [event for event in events if isinstance(event, Measurement) and event.probe == "excess_risk"]
    assert [event.step for event in found] == [4, 8, 20]
    # The ratio, 3 risks of 2 methods, after 8 samples also of N = 4 in a longer run, and at the end the rest.
    assert [len(event.values) for event in found] == [7, 16, len(info.columns_of("excess_risk"))] == [7, 16, 20]


def test_a_resumed_run_measures_the_same(dataset: Dataset) -> None:
    of = spec()
    assert resumed(of, dataset, 3, 10) == resumed(of, dataset)


@pytest.mark.parametrize("override", ["batch_size=2", "optimizer.momentum=0.5", "optimizer.weight_decay=0.1"])
def test_it_is_not_measured_where_it_is_not_defined(dataset: Dataset, override: str) -> None:
    assert not measured(spec(override), dataset)


def test_probes_of_hidden_layers_are_refused(dataset: Dataset) -> None:
    with pytest.raises(UserError, match="probes.ics: network linear has no hidden layers; use train, test, "):
        spec("probes.ics.every=1")
    others = [name for name, probe in PROBES.items() if not probe.of_layers]
    info, *_ = train(spec("steps=4", "probes.ics.every=0", *(f"probes.{name}.every=1" for name in others)), dataset)
    assert isinstance(info, RunInfo) and {column.probe for column in info.columns} == set(others)
    assert info.needs_layers("ics") and not any(map(info.needs_layers, others))


def test_networks_that_normalize_need_two_samples() -> None:
    text = 'network = "vgg-mini"\ndataset = "digits"\nbatch_size = 1\nvariants = ["bn"]\n'
    with pytest.raises(UserError, match="batch_size = 1: network vgg-mini normalizes over the batch; use 2 or more"):
        resolve(parse(text, "it"))


def test_the_risk_of_ridge_regression_is_bias_and_variance() -> None:
    generator = torch.Generator().manual_seed(1)
    spectrum = 1 / torch.arange(1, 31, dtype=torch.float64)
    x = torch.randn(20, 30, dtype=torch.float64, generator=generator) * spectrum.sqrt()
    true, gram = torch.ones(30, 1, dtype=torch.float64), x.T @ x
    inputs, zero = torch.diag(spectrum.sqrt()), torch.zeros(30, 20, dtype=torch.float64)
    # The expected risk over noise of variance 1: that of the noiseless targets, and that of each sample's noise alone.
    noiseless = risks(ridge(gram, gram @ true, PENALTIES), inputs, inputs @ true)[:, 0]
    noise = risks(ridge(gram, x.T, PENALTIES), inputs, zero).sum(1)
    for penalty, found in zip(PENALTIES, noiseless + noise, strict=True):
        inverse = torch.linalg.inv(gram + penalty * torch.eye(30, dtype=torch.float64))
        bias = penalty**2 * (true.T @ inverse @ torch.diag(spectrum) @ inverse @ true)
        variance = torch.trace(inverse @ gram @ inverse @ torch.diag(spectrum))
        assert float(found) == pytest.approx(float(bias.squeeze() + variance), rel=1e-9)


def test_the_risk_of_sgd_is_that_of_the_recursion_of_its_second_moment() -> None:
    """For Gaussian x, Σ ← Σ − η(HΣ + ΣH) + η²(2HΣH + tr(HΣ)H + σ²H); iterates k steps apart have Σ(I − ηH)ᵏ."""
    count, rate, runs = 24, 0.2, 40_000
    spectrum = 1 / np.arange(1.0, 6.0)
    h, second = np.diag(spectrum), np.ones((5, 5))
    total = np.zeros((5, 5))
    for step in range(count):
        if step >= count // 2:
            decay = np.diag(sum(((1 - rate * spectrum) ** k for k in range(1, count - step)), np.zeros(5)))
            total += second + second @ decay + decay @ second
        noise = 2 * h @ second @ h + np.trace(h @ second) * h + h
        second = second - rate * (h @ second + second @ h) + rate**2 * noise
    expected = np.trace(h @ total) / (count - count // 2) ** 2
    random = np.random.default_rng(0)
    errors, mean = -np.ones((runs, 5)), np.zeros((runs, 5))
    for step in range(count):
        mean += errors * (step >= count // 2) / (count - count // 2)
        x = random.standard_normal((runs, 5)) * np.sqrt(spectrum)
        errors -= rate * x * ((errors * x).sum(1) - random.standard_normal(runs))[:, None]
    found = mean**2 @ spectrum
    assert abs(found.mean() - expected) < 4 * found.std() / math.sqrt(runs) < 0.02 * expected
