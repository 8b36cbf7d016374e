"""Which data sets are on this machine already; looks at files only, so that torch need not be loaded to ask."""

from __future__ import annotations

from pathlib import Path

_IDX = tuple(f"{part}-{kind}-ubyte" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1"))
_BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch", "batches.meta")

_FILES = {
    "digits": (),
    "mnist": tuple(f"MNIST/raw/{name}" for name in _IDX),
    "fashion-mnist": tuple(f"FashionMNIST/raw/{name}" for name in _IDX),
    "kmnist": tuple(f"KMNIST/raw/{name}" for name in _IDX),
    "cifar10": tuple(f"cifar-10-batches-py/{name}" for name in _BATCHES),
}
"""What each set is read from, below the folder of data sets; the digits ship with the package."""


def present(data_dir: Path) -> dict[str, bool]:
    """Each data set that can be kept, and whether it need not be downloaded."""
    return {name: all((data_dir / file).is_file() for file in files) for name, files in _FILES.items()}
