"""Lower precision: of training passes where the preset asks for it, never of the passes that probes compare."""

from __future__ import annotations

import pytest
import torch

from bntui.data.dataset import Dataset
from bntui.records import Measurement, UserError
from bntui.spec import parse
from bntui.train import train
from bntui.train.device import exact, tf32
from tests.train.conftest import PRESET, make, measured

COMPARING = ("smoothness", "smoothness_random", "step_loss", "ics")
ON = [f"probes.{name}.every=1" for name in COMPARING]


def _first(events: list[Measurement]) -> dict[tuple[str, str], tuple[float, ...]]:
    return {(one.variant, one.probe): one.values for one in events if one.step == 0}


def test_probes_compare_in_float32_in_lower_precision_training(dataset: Dataset) -> None:
    full = _first(measured(train(make("steps=1", *ON), dataset)))
    half = _first(measured(train(make("steps=1", 'precision="bf16"', *ON), dataset)))
    for variant in ("standard", "bn", "noisy"):
        for probe in ("smoothness", "smoothness_random"):
            assert half[variant, probe] == full[variant, probe]
        # The update itself came from the pass in lower precision.
        for probe in ("step_loss", "ics"):
            assert half[variant, probe] == pytest.approx(full[variant, probe], rel=0.1, abs=0.01)
        assert half[variant, "train"] != full[variant, "train"]
        assert half[variant, "train"] == pytest.approx(full[variant, "train"], abs=0.1)
        assert half[variant, "moments"] == pytest.approx(full[variant, "moments"], rel=0.1, abs=0.01)


def test_training_in_lower_precision_is_the_same_with_and_without_probes_that_compare(dataset: Dataset) -> None:
    def losses(*overrides: str) -> list[Measurement]:
        events = measured(train(make('precision="bf16"', *overrides), dataset))
        return [one for one in events if one.probe == "train"]

    assert losses(*ON) == losses("probes.smoothness.every=0")


def test_tf32_is_allowed_only_inside() -> None:
    def flags() -> tuple[bool, bool]:
        return torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32

    before = flags()
    with exact():
        assert flags() == (False, False)
        with tf32(True):
            assert flags() == (True, True)
        assert flags() == (False, False)
    assert flags() == before


def test_tf32_changes_nothing_on_the_cpu(dataset: Dataset) -> None:
    assert measured(train(make('precision="tf32"'), dataset)) == measured(train(make(), dataset))


def test_an_unknown_precision_is_refused() -> None:
    with pytest.raises(UserError, match="precision = 'fp16': should be 'float32', 'tf32' or 'bf16'"):
        parse(PRESET, "small", overrides=['precision="fp16"'])
