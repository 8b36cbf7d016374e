"""Small data sets in torchvision's formats, fetched from the loopback interface."""

import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10, MNIST

from bntui.data import Request, Unavailable, load
from bntui.records import Loading, UserError
from tests.data.conftest import idx

REAL = Path(os.environ.get("BNTUI_TEST_DATA", Path(__file__).parents[3] / "shared/data"))
ASKED = (1, 28, 28)


def _request(folder: Path, **others: object) -> Request:
    return Request(ASKED, data_dir=folder / "data", **others)  # type: ignore[arg-type]


@pytest.mark.skipif(not (REAL / "MNIST/raw").is_dir(), reason="MNIST is not on this machine")
def test_the_real_mnist() -> None:
    data = load("mnist", Request(ASKED, data_dir=REAL))
    theirs = MNIST(REAL, train=True, download=False)
    assert torch.equal(data.train.images.squeeze(1), theirs.data)
    assert torch.equal(data.train.labels, theirs.targets)
    assert (len(data.test), data.classes, data.image_shape) == (10_000, 10, ASKED)


def test_mnist_is_fetched_once(small_mnist: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    reports: list[Loading] = []
    data = load("mnist", _request(tmp_path, report=reports.append))
    assert data.train.images.shape == (12, 1, 28, 28)
    assert data.train.images.flatten().tolist() == [value % 251 for value in range(12 * 28 * 28)]
    assert data.test.labels.tolist() == list(range(8))
    assert [step for step in reports if step.text.startswith("downloading mnist 1/4") and step.fraction]
    shutil.rmtree(small_mnist)
    again = load("mnist", _request(tmp_path))
    assert torch.equal(again.train.images, data.train.images)
    assert capfd.readouterr() == ("", "")


def test_only_the_unpacked_files_remain(small_mnist: Path, tmp_path: Path) -> None:
    load("mnist", _request(tmp_path))
    names = sorted(path.name for path in (tmp_path / "data/MNIST/raw").iterdir())
    assert names == sorted(Path(name).stem for name, _ in MNIST.resources)


def test_torchvision_finds_what_was_fetched(small_mnist: Path, small_cifar: Path, tmp_path: Path) -> None:
    load("mnist", _request(tmp_path))
    load("cifar10", _request(tmp_path))
    assert len(MNIST(tmp_path / "data", download=False)) == 12
    assert len(CIFAR10(tmp_path / "data", download=False)) == 10


def test_archives_on_disk_need_no_network(small_mnist: Path, tmp_path: Path, refusing: str) -> None:
    shutil.copytree(small_mnist, tmp_path / "data/MNIST/raw")
    MNIST.mirrors[:] = [refusing]
    assert len(load("mnist", _request(tmp_path)).train) == 12
    assert len(list((tmp_path / "data/MNIST/raw").glob("*.gz"))) == 4


def test_a_damaged_archive_is_ignored(small_mnist: Path, tmp_path: Path) -> None:
    raw = tmp_path / "data/MNIST/raw"
    raw.mkdir(parents=True)
    (raw / MNIST.resources[0][0]).write_bytes(b"half a")
    assert len(load("mnist", _request(tmp_path)).train) == 12


def test_a_failed_download_leaves_only_complete_files(small_mnist: Path, tmp_path: Path) -> None:
    (small_mnist / MNIST.resources[1][0]).unlink()
    with pytest.raises(Unavailable):
        load("mnist", _request(tmp_path))
    assert [path.name for path in (tmp_path / "data/MNIST/raw").iterdir()] == ["train-images-idx3-ubyte"]


def test_cifar_is_fetched(small_cifar: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = load("cifar10", _request(tmp_path))
    assert data.image_shape == (3, 32, 32)
    assert data.train.images[:, :, 5, 5].tolist() == [[200, p, p] for p in (0, 0, 1, 1, 2, 2, 3, 3, 4, 4)]
    assert data.train.labels.tolist() == [0, 9, 1, 9, 2, 9, 3, 9, 4, 9]
    assert data.test.images[0, :, 0, 0].tolist() == [200, 5, 5]
    assert data.train.images.is_contiguous()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("keep", [0, 3, 15, 1000])
@pytest.mark.parametrize("kind", ["images-idx3", "labels-idx1"])
def test_mnist_cut_short(small_mnist: Path, tmp_path: Path, kind: str, keep: int) -> None:
    load("mnist", _request(tmp_path))
    path = tmp_path / f"data/MNIST/raw/train-{kind}-ubyte"
    path.write_bytes(path.read_bytes()[: min(keep, path.stat().st_size - 1)])
    with pytest.raises(UserError, match=f"{path.name} is damaged") as caught:
        load("mnist", _request(tmp_path))
    assert not isinstance(caught.value, Unavailable)


def test_mnist_whose_images_and_labels_do_not_match(small_mnist: Path, tmp_path: Path) -> None:
    load("mnist", _request(tmp_path))
    raw = tmp_path / "data/MNIST/raw"
    shutil.copy(raw / "t10k-labels-idx1-ubyte", raw / "train-labels-idx1-ubyte")
    with pytest.raises(UserError, match="do not match"):
        load("mnist", _request(tmp_path))


@pytest.mark.parametrize("name", ["data_batch_3", "test_batch"])
def test_cifar_cut_short(small_cifar: Path, tmp_path: Path, name: str) -> None:
    load("cifar10", _request(tmp_path))
    path = tmp_path / "data" / CIFAR10.base_folder / name
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(UserError, match=f"{name} is damaged"):
        load("cifar10", _request(tmp_path))


class _Spy:
    """Pickled, it creates a file where it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def test_a_file_with_another_checksum_is_not_unpickled(small_cifar: Path, tmp_path: Path) -> None:
    load("cifar10", _request(tmp_path))
    for name in ("data_batch_1", "batches.meta"):
        (tmp_path / "data" / CIFAR10.base_folder / name).write_bytes(pickle.dumps(_Spy(tmp_path / "loaded")))
    with pytest.raises(UserError, match="data_batch_1 is damaged"):
        load("cifar10", _request(tmp_path))
    assert not (tmp_path / "loaded").exists()
    pickle.loads(pickle.dumps(_Spy(tmp_path / "loaded")))
    assert (tmp_path / "loaded").exists()


def test_images_of_another_size_are_not_mnist(small_mnist: Path, tmp_path: Path) -> None:
    load("mnist", _request(tmp_path))
    images = np.zeros((12, 4, 4), np.uint8)
    (tmp_path / "data/MNIST/raw/train-images-idx3-ubyte").write_bytes(idx(images))
    with pytest.raises(UserError, match="do not match"):
        load("mnist", _request(tmp_path))


def test_what_a_killed_download_left_is_removed_a_day_later(small_mnist: Path, tmp_path: Path) -> None:
    raw = tmp_path / "data/MNIST/raw"
    for name in ("old", "new"):
        (raw / f".incoming-{name}").mkdir(parents=True)
    os.utime(raw / ".incoming-old", (0, 0))
    load("mnist", _request(tmp_path))
    assert [path.name for path in raw.glob(".incoming-*")] == [".incoming-new"]


def test_one_missing_file_is_fetched_again(small_cifar: Path, tmp_path: Path) -> None:
    load("cifar10", _request(tmp_path))
    (tmp_path / "data" / CIFAR10.base_folder / "test_batch").unlink()
    assert len(load("cifar10", _request(tmp_path)).test) == 2


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_a_folder_that_cannot_be_written(name: str, small_mnist: Path, small_cifar: Path, tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(Unavailable, match=f"{name} is not in .*data and could not be downloaded") as caught:
        load(name, _request(tmp_path))
    assert "--dataset digits" in str(caught.value)
