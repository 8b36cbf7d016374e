"""MNIST and its relatives, in the IDX files that torchvision keeps below COLLECTION/raw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import Tensor
from torchvision import datasets
from torchvision.datasets.mnist import read_image_file, read_label_file

from bntui.data.dataset import Dataset, Split
from bntui.data.download import Archive
from bntui.data.request import Request
from bntui.data.torchvision_files import Packed, provide
from bntui.records import UserError


def mnist(name: str, collection: str, request: Request) -> Dataset:
    """The torchvision class `collection` of MNIST's kind, 1×28×28; downloaded when it is not there."""
    source = getattr(datasets, collection)
    raw = request.data_dir / collection / "raw"
    provide(name, _archives(name, source, raw), request)
    classes = len(source.classes)
    return Dataset(name, classes, _split(raw, "train", classes), _split(raw, "t10k", classes))


def _archives(name: str, source: Any, raw: Path) -> Iterator[Packed]:
    for number, (file, md5) in enumerate(source.resources, 1):
        urls = [mirror + file for mirror in source.mirrors]
        archive = Archive(urls, md5, f"{name} {number}/{len(source.resources)}")
        yield Packed(archive, raw, [Path(file).stem])


def _split(raw: Path, part: str, classes: int) -> Split:
    images, labels = _read(raw / f"{part}-images-idx3-ubyte"), _read(raw / f"{part}-labels-idx1-ubyte")
    if len(images) != len(labels) or not len(labels) or int(labels.max()) >= classes:
        both = raw / f"{part}-*-ubyte"
        raise UserError(f"{both}: pictures and labels do not fit together; delete them to have them anew")
    return Split(images.unsqueeze(1), labels)


def _read(path: Path) -> Tensor:
    read = read_image_file if "images" in path.name else read_label_file
    try:
        tensor: Tensor = read(str(path))
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AssertionError):
        # What torchvision says of a file cut short is about tensors; it helps nobody.
        raise UserError(f"{path} is damaged or cut short; delete it to have it downloaded again") from None
    return tensor
