"""GPUs as NVML sees them, by a library that answers like it."""

from __future__ import annotations

import math
import sys
from types import SimpleNamespace

import pytest

from bntui.records import GpuReading
from bntui.run.sources.gpus import Gpus

UUIDS = ("GPU-aa", "GPU-bb")


def _refused(*_: object) -> None:
    raise RuntimeError("not supported")


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    library = SimpleNamespace(
        NVML_TEMPERATURE_GPU=0,
        nvmlInit=lambda: None,
        nvmlDeviceGetCount=lambda: len(UUIDS),
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetUUID=lambda handle: UUIDS[handle],
        nvmlDeviceGetMemoryInfo=lambda handle: SimpleNamespace(used=2**30, total=2**37),
        nvmlDeviceGetUtilizationRates=lambda handle: SimpleNamespace(gpu=87 + handle),
        nvmlDeviceGetPowerUsage=lambda handle: 350_500,
        nvmlDeviceGetTemperature=lambda handle, sensor: 61,
    )
    monkeypatch.setitem(sys.modules, "pynvml", library)
    return library


def test_a_gpu_is_found_by_its_uuid(nvml: SimpleNamespace) -> None:
    assert Gpus(["bb", "GPU-cc", ""]).read() == (GpuReading(2**30, 2**37, 88.0, 350.5, 61.0),)


def test_what_nvml_does_not_tell_is_nan(nvml: SimpleNamespace) -> None:
    nvml.nvmlDeviceGetPowerUsage = nvml.nvmlDeviceGetUtilizationRates = _refused
    (reading,) = Gpus(["aa"]).read()
    assert math.isnan(reading.power) and math.isnan(reading.load)
    assert (reading.memory, reading.temperature) == (2**30, 61.0)


def test_without_nvml_there_are_no_gpus(nvml: SimpleNamespace) -> None:
    nvml.nvmlInit = _refused
    assert Gpus(["aa"]).read() == ()
