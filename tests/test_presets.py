"""The shipped presets: each loads, survives being written, and trains."""

import re
from functools import cache
from pathlib import Path

import pytest

from bntui import spec
from bntui.data import Request, load
from bntui.data.dataset import Dataset
from bntui.models import MODELS
from bntui.network_spec import NetworkSpec
from bntui.records import Event, Measurement
from bntui.spec import ExperimentSpec
from bntui.train import resolve, train

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "presets").glob("*.toml"), key=lambda path: path.stem)


@pytest.fixture(params=SHIPPED, ids=lambda path: path.stem)
def preset(request: pytest.FixtureRequest) -> ExperimentSpec:
    return resolve(spec.load(str(request.param)))


def test_they_are_found_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert list(spec.available().values()) == SHIPPED


def test_it_has_a_title_a_source_and_a_description(preset: ExperimentSpec) -> None:
    assert 20 < len(preset.title) < 80
    assert "\n" not in preset.title
    assert re.search(r"\b20\d\d\b", preset.source)
    assert 2 <= preset.about.count(". ") + 1 <= 4


def test_it_survives_being_written(preset: ExperimentSpec) -> None:
    assert spec.parse(preset.toml(), preset.name) == preset


def three_steps(preset: ExperimentSpec, batch_size: int = 8) -> list[Event]:
    """Train an experiment with every probe that it has, at few points, on data that need no download."""
    network = _small(preset)
    probes = {name: {**options, "every": 2} for name, options in preset.probes.items() if options["every"]}
    probes |= {name: {**options, "etas": [1.0]} for name, options in probes.items() if "etas" in options}
    probes |= {name: {**options, "points": 3} for name, options in probes.items() if "points" in options}
    probes |= {name: {**options, "samples": 16} for name, options in probes.items() if "samples" in options}
    probes |= {"train": {"every": 1}, "test": {"every": 2, "samples": 16}}
    few = {"network": network, "steps": 3, "batch_size": batch_size, "device": "cpu", "probes": probes}
    return list(train(preset.model_copy(update=few), _dataset(network.kind, preset.dataset)))


def _small(preset: ExperimentSpec) -> NetworkSpec:
    """Return a network of the same form that trains fast; one preset with a large one is enough."""
    if preset.network.kind == "vgg" and preset.name != "paper-noisy":
        return NetworkSpec(kind="vgg-mini")
    if preset.network.kind.startswith("resnet"):
        return NetworkSpec.model_validate({"kind": "resnet-mini", "n": 1})
    return preset.network


@cache
def _dataset(network: str, name: str) -> Dataset:
    shape = MODELS[network].input_shape
    # The digits replace images that would have to be downloaded.
    return load(name if MODELS[network].regression else "digits", Request((shape.channels, shape.height, shape.width)))


def steps_of(events: list[Event]) -> set[tuple[str, int]]:
    """Return the (variant, step) of which there is a training loss."""
    return {
        (event.variant, event.step) for event in events if isinstance(event, Measurement) and event.probe == "train"
    }


def test_it_trains_three_steps(preset: ExperimentSpec) -> None:
    assert steps_of(three_steps(preset)) == {(variant.name, step) for variant in preset.variants for step in range(3)}


def test_a_small_twin_needs_no_download_and_has_the_same_variants_and_probes(preset: ExperimentSpec) -> None:
    if not preset.name.endswith("-mini"):
        return
    large = resolve(spec.load(str(ROOT / "presets" / f"{preset.name.removesuffix('-mini')}.toml")))
    assert preset.dataset in ("digits", "gaussian")
    assert preset.variants == large.variants
    assert preset.source == large.source
    assert preset.probes.keys() >= large.probes.keys()
    assert preset.steps <= large.steps
