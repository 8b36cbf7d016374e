"""The shipped presets, and the one that README documents key by key."""

import re
from pathlib import Path

import pytest

from bntui import spec
from bntui.data import Request, load
from bntui.models import MODELS
from bntui.records import Measurement
from bntui.spec import ExperimentSpec, NoiseSpec, OptimizerSpec, Strict, VariantSpec
from bntui.train import resolve, train

ROOT = Path(__file__).parents[1]
SHIPPED = sorted((ROOT / "presets").glob("*.toml"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _documented() -> str:
    (block,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    return block


@pytest.fixture(params=SHIPPED, ids=lambda path: path.stem)
def preset(request: pytest.FixtureRequest) -> ExperimentSpec:
    return resolve(spec.load(str(request.param)))


def test_they_are_found_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert list(spec.available().values()) == SHIPPED


def test_it_says_what_it_shows_and_where_it_is_from(preset: ExperimentSpec) -> None:
    assert 20 < len(preset.title) < 80
    assert "\n" not in preset.title
    assert "2018" in preset.source
    assert 2 <= preset.about.count(". ") + 1 <= 4


def test_it_survives_being_written(preset: ExperimentSpec) -> None:
    assert spec.parse(preset.toml(), preset.name) == preset


def test_it_trains_three_steps(preset: ExperimentSpec) -> None:
    picture = MODELS[preset.network].picture
    probes = {**preset.probes, "test": {"every": 2, "samples": 16}}
    small = preset.model_copy(update={"steps": 3, "batch_size": 8, "device": "cpu", "probes": probes})
    digits = load("digits", Request((picture.channels, picture.height, picture.width)))
    events = list(train(small, digits))
    steps = {
        (event.variant, event.step) for event in events if isinstance(event, Measurement) and event.probe == "train"
    }
    assert steps == {(variant.name, step) for variant in preset.variants for step in range(3)}


def test_it_is_in_the_readme(preset: ExperimentSpec) -> None:
    assert f"| `{preset.name}` |" in README


def test_the_documented_preset_is_one() -> None:
    resolve(spec.parse(_documented(), "documented"))


@pytest.mark.parametrize("part", [ExperimentSpec, OptimizerSpec, NoiseSpec, VariantSpec])
def test_every_key_is_documented(part: type[Strict]) -> None:
    names = set(part.model_fields) - ({"name"} if part is not VariantSpec else set())
    missing = {name for name in names if not re.search(rf"(^|[\s{{,\[]){name}\b( =|\])", _documented(), re.MULTILINE)}
    assert not missing


def test_every_probe_option_is_documented() -> None:
    documented = spec.parse(_documented(), "documented")
    assert {name: dict(options) for name, options in documented.probes.items()} == {
        name: dict(options) for name, options in resolve(documented).probes.items()
    }
