"""The files that a data set needs are those that torchvision reads."""

from pathlib import Path

import pytest
from torchvision.datasets import CIFAR10, KMNIST, MNIST, FashionMNIST

from bntui.data import DATASETS, present


def _files(collection: type) -> list[str]:
    if collection is CIFAR10:
        names = [name for name, _ in (*CIFAR10.train_list, *CIFAR10.test_list)]
        return [f"{CIFAR10.base_folder}/{name}" for name in (*names, CIFAR10.meta["filename"])]
    return [f"{collection.__name__}/raw/{Path(name).stem}" for name, _ in collection.resources]


def test_the_digits_are_always_present(tmp_path: Path) -> None:
    on_disk = present(tmp_path / "none")
    assert [name for name, complete in on_disk.items() if complete] == ["digits", "digits-few", "digits-noise"]


@pytest.mark.parametrize(
    ("name", "collection"),
    [("mnist", MNIST), ("fashion-mnist", FashionMNIST), ("kmnist", KMNIST), ("cifar10", CIFAR10)],
)
def test_a_data_set_is_present_once_all_its_files_are(tmp_path: Path, name: str, collection: type) -> None:
    assert DATASETS[name].files is not None
    assert set(DATASETS[name].files) == set(_files(collection))
    for file in _files(collection):
        assert not present(tmp_path)[name]
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert present(tmp_path)[name]
