"""Memory use and load of the training GPU, through NVML."""

from __future__ import annotations

import time
from typing import Any

_PERIOD_SECONDS = 2.0


class GpuStatus:
    """One line about the device that trains, updated every two seconds; '' without NVML or a GPU."""

    def __init__(self, device: str, uuid: str) -> None:
        self._handle: Any = None
        self._text = ""
        self._next = 0.0
        if device.startswith("cuda"):
            self._handle = _find(uuid)

    @property
    def text(self) -> str:
        """Used and total memory and load, for example `12.3/139 GiB 87%`."""
        if self._handle is not None and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PERIOD_SECONDS
            self._text = _read(self._handle)
        return self._text


def _find(uuid: str) -> Any:
    """Return the NVML device with a UUID, or None. Indices differ: NVML ignores CUDA_VISIBLE_DEVICES."""
    try:
        import pynvml

        pynvml.nvmlInit()
        uuid = uuid.removeprefix("GPU-")
        for index in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            if uuid and uuid in str(pynvml.nvmlDeviceGetUUID(handle)):
                return handle
    except Exception:
        # NVML fails in many ways (no driver, no permission, MIG), none of which matters to training.
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
