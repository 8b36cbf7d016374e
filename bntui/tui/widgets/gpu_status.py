"""The GPU's memory and load, through NVML; silent where there is no such thing."""

from __future__ import annotations

import time
from typing import Any

_PERIOD = 2.0


class GpuStatus:
    """One line about the device that trains, renewed every two seconds; '' where nothing is known."""

    def __init__(self, device: str, uuid: str) -> None:
        self._handle: Any = None
        self._text = ""
        self._next = 0.0
        if device.startswith("cuda"):
            self._handle = _find(uuid)

    @property
    def text(self) -> str:
        """For example `12.3/139 GiB 87%`."""
        if self._handle is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PERIOD
            self._text = _read(self._handle)
        return self._text


def _find(uuid: str) -> Any:
    """The NVML device with this UUID: NVML counts devices that CUDA_VISIBLE_DEVICES hides from torch."""
    try:
        import pynvml

        pynvml.nvmlInit()
        wanted = uuid.removeprefix("GPU-")
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            if wanted and wanted in str(pynvml.nvmlDeviceGetUUID(handle)):
                return handle
    except Exception:
        # NVML fails in a dozen ways (no driver, no permission, MIG); none is worth a word to the reader.
        return None
    return None


def _read(handle: Any) -> str:
    import pynvml

    try:
        memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
        text = f"{memory.used / 2**30:.1f}/{memory.total / 2**30:.0f} GiB"
    except Exception:
        return ""
    try:
        return f"{text} {pynvml.nvmlDeviceGetUtilizationRates(handle).gpu}%"
    except Exception:
        return text
