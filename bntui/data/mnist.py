"""MNIST, Fashion-MNIST and KMNIST, from the IDX files of torchvision."""

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

MIRRORS = {
    "FashionMNIST": ("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",),
    "KMNIST": ("https://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
}
"""The authors' addresses with https, where torchvision's have none."""
SIZE = (28, 28)


def load(request: Request) -> Dataset:
    """Return the data set of `request.files`, 1×28×28; download those that are missing.

    The files are COLLECTION/raw/*: images and labels for training, then for the test, of the torchvision class
    COLLECTION. Raises UserError, Unavailable, Cancelled.
    """
    paths = [request.data_dir / file for file in request.files]
    collection = getattr(datasets, paths[0].parents[1].name)
    provide(request, _archives(request.name, collection, paths))
    classes = len(collection.classes)
    train_images, train_labels, test_images, test_labels = paths
    train, test = _split(train_images, train_labels, classes), _split(test_images, test_labels, classes)
    return Dataset(request.name, classes, train, test)


def _archives(name: str, collection: Any, paths: list[Path]) -> Iterator[Packed]:
    """Yield the archive of each file."""
    resources = {Path(archive).stem: (archive, md5) for archive, md5 in collection.resources}
    for number, path in enumerate(paths, 1):
        archive, md5 = resources[path.name]
        mirrors = (*collection.mirrors, *MIRRORS.get(collection.__name__, ()))
        urls = [mirror + archive for mirror in mirrors]
        yield Packed(Archive(urls, md5, f"{name} {number}/{len(paths)}"), path.parent, [path.name])


def _split(images_path: Path, labels_path: Path, classes: int) -> Split:
    images, labels = _read(images_path, read_image_file), _read(labels_path, read_label_file)
    fit = images.shape[1:] == SIZE and labels.shape == images.shape[:1]
    if not fit or not len(labels) or int(labels.max()) >= classes:
        raise UserError(f"{images_path} and {labels_path.name} do not match; delete both to have them downloaded again")
    return Split(images.unsqueeze(1), labels)


def _read(path: Path, read: Any) -> Tensor:
    try:
        tensor: Tensor = read(str(path))
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AssertionError):
        # torchvision's own message for an incomplete file is about tensors and does not name the file.
        raise UserError(f"{path} is damaged or incomplete; delete it to have it downloaded again") from None
    return tensor
