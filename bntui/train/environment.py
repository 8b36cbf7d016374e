"""What a run is trained with: the versions of libraries, the GPUs and their driver, the threads and the data."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import torch

from bntui.data.dataset import Dataset
from bntui.data.digest import digest
from bntui.records import Session
from bntui.spec import ExperimentSpec
from bntui.train.device import choose_all, describe


def in_environment(session: Session, spec: ExperimentSpec, dataset: Dataset) -> Session:
    """Return the session with what a spec and a data set are trained with in this process.

    Call it before training begins, which divides torch's threads among the variants.
    """
    gpus = tuple(describe(device)[0] for device in choose_all(spec.device) if device.type != "cpu")
    return replace(
        session,
        versions=_versions(),
        threads=torch.get_num_threads(),
        gpus=gpus,
        driver=_driver() if gpus else "",
        dataset=dataset.name,
        train_samples=len(dataset.train),
        test_samples=len(dataset.test),
        data_hash=digest(dataset),
    )


def _versions() -> dict[str, str]:
    """Return the versions of the libraries that compute, and of CUDA and cuDNN where torch has them."""
    torchvision = ""
    with contextlib.suppress(PackageNotFoundError):
        torchvision = version("torchvision")
    found = {
        "torch": torch.__version__,
        "torchvision": torchvision,
        "numpy": np.__version__,
        "cuda": torch.version.cuda or "",
        "cudnn": _cudnn(torch.backends.cudnn.version() if torch.cuda.is_available() else None),
    }
    return {name: number for name, number in found.items() if number}


def _cudnn(number: int | None) -> str:
    """Return cuDNN's number as a version: 91002 is 9.10.2, 8907 is 8.9.7."""
    if not number:
        return ""
    major = 10_000 if number >= 90_000 else 1000
    return f"{number // major}.{number % major // 100}.{number % 100}"


def _driver() -> str:
    """Return the version of NVIDIA's driver; '' where it does not tell."""
    try:
        import pynvml

        pynvml.nvmlInit()
        return str(pynvml.nvmlSystemGetDriverVersion())
    except Exception:
        # NVML fails in many ways, none of which matters to training.
        return ""
