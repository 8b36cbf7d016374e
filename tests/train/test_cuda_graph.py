"""Training passes as CUDA graphs measure the same as passes without."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
import torch

from bntui.data.dataset import Dataset
from bntui.records import Event, Notice, NoticeKind
from bntui.train import build, loop, train
from bntui.train.cuda_graph import CudaGraphPass
from bntui.train.training_pass import PassResult
from tests.probes.trace import CHEAP
from tests.train.conftest import digits, make, measured

ON = [f"probes.{name}.{key}={value}" for name, options in CHEAP.items() for key, value in options.items()]
FEW = ("steps=4", "optimizer.momentum=0.9", "device=cpu")
ALL = (*ON, *FEW)
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


class Repeat:
    """Stands for a CUDA graph: repeats the pass over the same buffers and overwrites the first result."""

    def __init__(self, passes: CudaGraphPass, outcome: PassResult) -> None:
        self._passes, self._outcome = passes, outcome

    def replay(self) -> None:
        new, first = self._passes._pass_over_buffers(), self._outcome
        first.loss.copy_(new.loss)
        first.logits.copy_(new.logits)
        for name, parameter in self._passes.network.named_parameters():
            parameter.grad = first.gradient[name]  # type: ignore[assignment]
            parameter.grad.copy_(new.gradient[name])
        for layer, activation in first.activations.items():
            activation.copy_(new.activations[layer])


class Repeated(CudaGraphPass):
    """A CudaGraphPass whose capture works on the CPU."""

    def _capture(self) -> tuple[Repeat, PassResult]:  # type: ignore[override]
        outcome = self._pass_over_buffers()
        return Repeat(self, outcome), outcome


def _notices(events: list[Event]) -> list[Notice]:
    return [event for event in events if isinstance(event, Notice)]


def _texts(events: Iterable[Event]) -> list[str]:
    """Return the measurements as texts, which are equal where NaN is measured in both."""
    return [repr(one) for one in measured(events)]


@cache
def _plain(*overrides: str) -> list[str]:
    return _texts(train(make(*overrides), digits()))


def test_repeated_passes_measure_what_plain_ones_do(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "CudaGraphPass", Repeated)
    events = list(train(make(*ALL, "cuda_graphs=true"), dataset))
    assert not _notices(events)
    assert _texts(events) == _plain(*ALL)


def test_without_a_graph_there_is_one_notice_and_the_same_measurements(dataset: Dataset) -> None:
    events = list(train(make(*FEW, "cuda_graphs=true"), dataset))
    assert _notices(events) == [
        Notice(NoticeKind.EAGER, "no CUDA graphs (cpu has none): steps run kernel by kernel", 0)
    ]
    assert _texts(events) == _plain(*FEW)


def test_a_capture_that_fails_leaves_no_trace(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(CudaGraphPass):
        def _capture(self) -> tuple[torch.cuda.CUDAGraph, PassResult]:
            self._pass_over_buffers()
            raise RuntimeError("operation not permitted\nwhen stream is capturing")

    monkeypatch.setattr(build, "CudaGraphPass", Failing)
    events = list(train(make(*FEW, "cuda_graphs=true"), dataset))
    assert [notice.text for notice in _notices(events)] == [
        "no CUDA graphs (operation not permitted): steps run kernel by kernel"
    ]
    assert _texts(events) == _plain(*FEW)


@needs_gpu
def test_graphs_measure_what_plain_passes_do(dataset: Dataset) -> None:
    events = list(train(make("device=cuda", "cuda_graphs=true"), dataset))
    assert not _notices(events)
    plain = measured(train(make("device=cuda"), dataset))
    for with_graph, without in zip(measured(events), plain, strict=True):
        assert (with_graph.step, with_graph.variant, with_graph.probe) == (without.step, without.variant, without.probe)
        assert with_graph.values == pytest.approx(without.values, rel=1e-3, abs=1e-4, nan_ok=True)


@pytest.fixture
def sync_warnings() -> Iterator[list[warnings.WarningMessage]]:
    """Torch's warnings, one for each time the host waits for the device."""
    before = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings(record=True) as recorded:
        warnings.simplefilter("always")
        yield recorded
    torch.cuda.set_sync_debug_mode(before)


@needs_gpu
@pytest.mark.parametrize("graphs", ["cuda_graphs=false", "cuda_graphs=true"])
def test_the_loop_waits_for_the_device_only_to_copy_values(
    dataset: Dataset, sync_warnings: list[warnings.WarningMessage], monkeypatch: pytest.MonkeyPatch, graphs: str
) -> None:
    monkeypatch.setattr(loop, "FLUSH_SECONDS", 1e9)
    training = loop._Training(make("device=cuda", "steps=20", graphs), dataset, loop.Uncontrolled(), None)
    for _ in range(4):  # a probe's first measurement may wait, to build its index tensors
        training._take_step()
    torch.cuda.set_sync_debug_mode("warn")
    for _ in range(10):
        training._take_step()
    assert not [str(warning.message) for warning in sync_warnings if "synchroniz" in str(warning.message)]
    list(training._flush())
    assert len([warning for warning in sync_warnings if "synchroniz" in str(warning.message)]) == 1
