"""Every probe equals its plain float64 twin, at every step and for every kind of network."""

from __future__ import annotations

from functools import cache

import pytest
import torch

from bntui.probes import PROBES
from tests.probes.trace import CHEAP, OPTIMIZER, Trace, record
from tests.probes.twins import TWINS

SLOW = pytest.mark.slow
CASES = [
    ("standard", "vgg-mini"),
    ("bn", "vgg-mini"),
    ("noisy", "vgg-mini"),
    ("noisy", "blog-cnn"),
    ("l2", "sigmoid-mlp"),
    ("standard", "dln"),
    ("bn", "resnet-mini"),
    ("bn", "convex-relu"),
]
OPTIONS = {"dln": {"lr": 1e-4}, "convex-relu": {"lr": 1e-3, "weight_decay": 1.0}}
# In double precision, the others take too long to be tested every time.
DOUBLE = [("bn", "vgg-mini"), ("standard", "dln")]
SETTINGS = [
    *(pytest.param(*case, torch.float32, id=f"{'-'.join(case)}-single") for case in CASES),
    *(
        pytest.param(*case, torch.float64, id=f"{'-'.join(case)}-double", marks=[] if case in DOUBLE else [SLOW])
        for case in CASES
    ),
]
TOLERANCE = {torch.float64: (1e-7, 1e-9), torch.float32: (2e-3, 2e-5)}


@cache
def _recorded(kind: str, model: str, dtype: torch.dtype) -> Trace:
    return record(kind, CHEAP, model, dtype, optimizer=OPTIMIZER.merged(OPTIONS.get(model, {})))


def test_every_probe_has_a_twin() -> None:
    assert set(TWINS) == set(PROBES)


@pytest.mark.parametrize(("kind", "model", "dtype"), SETTINGS)
@pytest.mark.parametrize("probe", PROBES)
def test_it_equals_its_twin(probe: str, kind: str, model: str, dtype: torch.dtype) -> None:
    trace = _recorded(kind, model, dtype)
    relative, absolute = TOLERANCE[dtype]
    for step in range(trace.setting.steps + 1):
        wanted = TWINS[probe](trace, step)
        assert (wanted is None) == ((probe, step) not in trace.values)
        if wanted is not None:
            assert trace.values[probe, step].tolist() == pytest.approx(wanted, relative, absolute, nan_ok=True)
