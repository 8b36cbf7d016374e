"""The training pass over buffers that stay where they are, so that a CUDA graph can repeat it in one launch."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bntui.probes.probe import Criterion
from bntui.spec import Precision
from bntui.train.training_pass import PassResult, TrainingPass
from bntui.variants.noise import noises

WARM_UP = 3
"""Passes before the capture, in which libraries choose their kernels and allocate what these need."""


class CudaGraphPass(TrainingPass):
    """As Passes; on a CUDA device the first pass is captured as a graph, which is then repeated.

    The batch is copied into buffers, and noise is drawn into the tensors that held the last step's, so that each
    pass finds what is new in the same places. Where there can be no graph, `eager` says why, and passes over the
    buffers run kernel by kernel; the numbers are the same.
    """

    def __init__(self, network: nn.Sequential, criterion: Criterion, precision: Precision) -> None:
        super().__init__(network, criterion, precision)
        self._batch: tuple[Tensor, Tensor] | None = None
        self._captured: tuple[torch.cuda.CUDAGraph, PassResult] | None = None
        for noise in noises(network):
            noise.hold()

    def __call__(self, images: Tensor, labels: Tensor, *, watched: bool) -> PassResult:
        """The pass over a batch, always of the same shape; its gradient and activations last until the next."""
        if self._batch is None:
            self._batch = images.clone(), labels.clone()
            self._prepare()
        for buffer, values in zip(self._batch, (images, labels), strict=True):
            buffer.copy_(values)
        if self._captured is None:
            return super().__call__(*self._batch, watched=watched)
        graph, outcome = self._captured
        graph.replay()
        # Probes keep the loss from one step to the next.
        return outcome._replace(logits=outcome.logits.clone(), loss=outcome.loss.clone())

    def _prepare(self) -> None:
        before = [buffer.clone() for buffer in self.network.buffers()]
        try:
            self._captured = self._capture()
        except RuntimeError as error:
            self.eager = str(error).partition("\n")[0]
        # Batch statistics seen so far count as none.
        for buffer, values in zip(self.network.buffers(), before, strict=True):
            buffer.copy_(values)

    def _capture(self) -> tuple[torch.cuda.CUDAGraph, PassResult]:
        """One pass as a graph, and where it leaves its outcome. Raises RuntimeError."""
        device = next(self.network.parameters()).device
        if device.type != "cuda":
            raise RuntimeError(f"{device} has none")
        with torch.cuda.device(device):
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                for _ in range(WARM_UP):
                    self._over_buffers()
            torch.cuda.current_stream().wait_stream(side)
            graph = torch.cuda.CUDAGraph()
            # By itself it would take one stream for all devices.
            with torch.cuda.graph(graph, stream=side):
                return graph, self._over_buffers()

    def _over_buffers(self) -> PassResult:
        assert self._batch
        return super().__call__(*self._batch, watched=True)
