import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from bntui.data import Cancelled, Request, load
from bntui.data import folder as module
from bntui.records import Loading, UserError

GREY, COLOR = (1, 8, 8), (3, 8, 8)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Two classes, three images each for training and one for the test, each of one brightness."""
    for part, count in (("train", 3), ("test", 1)):
        for label, kind in enumerate(("cat", "dog")):
            (tmp_path / part / kind).mkdir(parents=True)
            for number in range(count):
                path = tmp_path / part / kind / f"{number}.png"
                Image.new("RGB", (12, 10), (100 * label + 10 * number,) * 3).save(path)
    return tmp_path


def test_sorted_by_class_and_name(images: Path) -> None:
    data = load(f"folder:{images}", Request(GREY))
    assert data.classes == 2
    assert data.name == f"folder:{images}"
    assert data.train.images[:, 0, 4, 4].tolist() == [0, 10, 20, 100, 110, 120]
    assert data.train.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert data.test.labels.tolist() == [0, 1]
    assert data.train.labels.dtype == torch.int64


@pytest.mark.parametrize("shape", [GREY, COLOR, (3, 5, 7)])
def test_made_to_fit_the_network(images: Path, shape: tuple[int, int, int]) -> None:
    data = load(f"folder:{images}", Request(shape))
    assert data.image_shape == shape
    assert data.train.images.dtype == torch.uint8
    assert data.train.images[3].eq(100).all()


def test_colors_keep_their_channel(images: Path) -> None:
    Image.new("RGB", (8, 8), (255, 20, 3)).save(images / "test/cat/0.png")
    assert load(f"folder:{images}", Request(COLOR)).test.images[0, :, 0, 0].tolist() == [255, 20, 3]


def test_resized_bilinearly(images: Path) -> None:
    half = np.zeros((2, 2), np.uint8)
    half[:, 1] = 200
    Image.fromarray(half).save(images / "test/cat/0.png")
    row = load(f"folder:{images}", Request((1, 2, 4))).test.images[0, 0, 0]
    assert row.tolist() == [0, 50, 150, 200]


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "CMYK", "I;16"])
def test_any_kind_of_image(images: Path, mode: str) -> None:
    Image.new(mode, (8, 8)).save(images / "test/cat/0.tiff")
    load(f"folder:{images}", Request(COLOR))


def test_sixteen_bits_are_scaled(images: Path) -> None:
    Image.fromarray(np.full((8, 8), 0x8000, np.uint16)).save(images / "test/cat/0.png")
    assert load(f"folder:{images}", Request(GREY)).test.images[0].unique().tolist() == [0x80]


def test_hidden_entries_are_ignored(images: Path) -> None:
    (images / "train/.cache").mkdir()
    (images / "train/cat/.DS_Store").write_bytes(b"x")
    assert len(load(f"folder:{images}", Request(GREY)).train) == 6


def test_large_images_in_threads_keep_their_order(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = load(f"folder:{images}", Request(GREY))
    monkeypatch.setattr(module, "SMALL", 0)
    monkeypatch.setattr(module, "BLOCK", 1)
    threaded = load(f"folder:{images}", Request(GREY))
    assert torch.equal(plain.train.images, threaded.train.images)


def test_progress_is_reported_if_decoding_takes_long(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports: list[Loading] = []
    load(f"folder:{images}", Request(GREY, report=reports.append))
    assert reports == []
    monkeypatch.setattr(module, "DELAY", 0.0)
    load(f"folder:{images}", Request(GREY, report=reports.append))
    assert reports == [Loading("decoding images: 8 of 8", 1.0)]


def test_cancelled(images: Path) -> None:
    with pytest.raises(Cancelled):
        load(f"folder:{images}", Request(GREY, cancelled=lambda: True))
    assert not [thread for thread in threading.enumerate() if "ThreadPool" in thread.name]


def _no_folder(root: Path) -> str:
    shutil.rmtree(root)
    return "no such folder"


def _no_train(root: Path) -> str:
    shutil.rmtree(root / "train")
    return "train: no such folder"


def _no_test(root: Path) -> str:
    shutil.rmtree(root / "test")
    return "test: no such folder"


def _train_is_a_file(root: Path) -> str:
    shutil.rmtree(root / "train")
    (root / "train").touch()
    return "train cannot be read: Not a directory"


def _one_class(root: Path) -> str:
    for part in ("train", "test"):
        shutil.rmtree(root / part / "dog")
    return "has 1 class"


def _no_class(root: Path) -> str:
    _one_class(root)
    for part in ("train", "test"):
        shutil.rmtree(root / part / "cat")
    return "has no class"


def _classes_differ(root: Path) -> str:
    (root / "test/dog").rename(root / "test/wolf")
    return "only one of them has dog, wolf"


def _empty_class(root: Path) -> str:
    (root / "test/dog/0.png").unlink()
    return "test/dog: has no image"


def _not_an_image(root: Path) -> str:
    (root / "train/cat/1.png").write_text("hello")
    return "train/cat/1.png cannot be read as an image"


def _cut_short(root: Path) -> str:
    path = root / "train/dog/1.png"
    path.write_bytes(path.read_bytes()[:50])
    return "train/dog/1.png cannot be read as an image"


@pytest.mark.parametrize(
    "spoil",
    [
        _no_folder,
        _no_train,
        _no_test,
        _train_is_a_file,
        _one_class,
        _no_class,
        _classes_differ,
        _empty_class,
        _not_an_image,
        _cut_short,
    ],
)
def test_the_error_names_the_problem_and_the_folder(images: Path, spoil: object) -> None:
    says = spoil(images)  # type: ignore[operator]
    with pytest.raises(UserError) as caught:
        load(f"folder:{images}", Request(GREY))
    assert says in str(caught.value)
    assert str(images) in str(caught.value)
    assert "\n" not in str(caught.value)
