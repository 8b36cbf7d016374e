"""The training pass as a CUDA graph, which one launch repeats."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bntui.probes.probe import Criterion
from bntui.spec import Precision
from bntui.train.training_pass import PassResult, TrainingPass
from bntui.variants.moment_norm import stepwise
from bntui.variants.noise import noises

WARM_UP = 3
"""Passes before the capture, in which libraries choose kernels and allocate their workspace."""


class CudaGraphPass(TrainingPass):
    """A TrainingPass over fixed buffers; on a CUDA device the first pass is captured as a graph, then replayed.

    Each batch is copied into the buffers, and noise is drawn into the tensors of the last step's noise, so that every
    pass finds its inputs at the same addresses. Where no graph can be captured, `eager_reason` says why, and passes
    over the buffers run kernel by kernel, with the same numbers.
    """

    def __init__(self, network: nn.Sequential, criterion: Criterion, precision: Precision) -> None:
        super().__init__(network, criterion, precision)
        self._batch: tuple[Tensor, Tensor] | None = None
        self._captured: tuple[torch.cuda.CUDAGraph, PassResult] | None = None
        for noise in noises(network):
            noise.reuse_tensors()

    def __call__(self, images: Tensor, labels: Tensor, *, record: bool) -> PassResult:
        """Return the result for a batch, always of the same shape; the next call overwrites all but logits and loss."""
        if self._batch is None:
            self._batch = images.clone(), labels.clone()
            self._prepare()
        for buffer, values in zip(self._batch, (images, labels), strict=True):
            buffer.copy_(values)
        if self._captured is None:
            return super().__call__(*self._batch, record=record)
        graph, result = self._captured
        graph.replay()
        # Probes keep the loss from one step to the next.
        return result._replace(logits=result.logits.clone(), loss=result.loss.clone())

    def _prepare(self) -> None:
        before = [buffer.clone() for buffer in self.network.buffers()]
        try:
            self._captured = self._capture()
        except RuntimeError as error:
            self.eager_reason = str(error).partition("\n")[0]
        # The passes of warm-up and capture must not count in running statistics.
        for buffer, values in zip(self.network.buffers(), before, strict=True):
            buffer.copy_(values)

    def _capture(self) -> tuple[torch.cuda.CUDAGraph, PassResult]:
        """Capture one pass; return the graph and the result that each replay overwrites. Raises RuntimeError."""
        device = next(self.network.parameters()).device
        if device.type != "cuda":
            raise RuntimeError(f"{device} has none")
        if stepwise(self.network):
            # Which steps' statistics they use is decided on the host, which a graph would not ask again.
            raise RuntimeError("layers of a variant keep statistics from step to step")
        with torch.cuda.device(device):
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                for _ in range(WARM_UP):
                    self._pass_over_buffers()
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            # Without `stream`, torch would use one stream for all devices.
            with torch.cuda.graph(graph, stream=side):
                return graph, self._pass_over_buffers()

    def _pass_over_buffers(self) -> PassResult:
        assert self._batch
        return super().__call__(*self._batch, record=True)
