"""What GPUs use, through NVML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from bntui.records import GpuReading


class Gpus:
    """Some GPUs as NVML sees them; those that it does not know are left out."""

    def __init__(self, uuids: Sequence[str]) -> None:
        self._handles = [handle for handle in map(_find, uuids) if handle is not None]

    def read(self) -> tuple[GpuReading, ...]:
        """Return what each GPU uses now."""
        return tuple(map(_read, self._handles))


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


def _read(handle: Any) -> GpuReading:
    import pynvml

    def asked(question: Any, *options: Any) -> Any:
        try:
            return question(handle, *options)
        except Exception:
            return None

    memory = asked(pynvml.nvmlDeviceGetMemoryInfo)
    rates = asked(pynvml.nvmlDeviceGetUtilizationRates)
    milliwatts = asked(pynvml.nvmlDeviceGetPowerUsage)
    celsius = asked(pynvml.nvmlDeviceGetTemperature, pynvml.NVML_TEMPERATURE_GPU)
    return GpuReading(
        memory=float(memory.used) if memory else math.nan,
        total_memory=float(memory.total) if memory else math.nan,
        load=float(rates.gpu) if rates else math.nan,
        power=milliwatts / 1000 if milliwatts is not None else math.nan,
        temperature=float(celsius) if celsius is not None else math.nan,
    )
