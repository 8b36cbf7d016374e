import os
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


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        *(("L", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("CMYK", "JPEG")),
        *(("RGB", "WEBP"), ("RGB", "BMP"), ("L", "PPM"), ("RGB", "PPM")),
    ],
)
def test_any_kind_of_image(images: Path, mode: str, form: str) -> None:
    Image.new(mode, (8, 8)).save(images / "test/cat/0", form)
    load(f"folder:{images}", Request(COLOR))


def test_the_first_picture_of_an_animation(images: Path) -> None:
    first, second = Image.new("RGB", (8, 8), "white"), Image.new("RGB", (8, 8))
    first.save(images / "test/cat/0.png", save_all=True, append_images=[second])
    assert load(f"folder:{images}", Request(GREY)).test.images[0].eq(255).all()


@pytest.mark.parametrize("form", ["PNG", "PPM"])
def test_sixteen_bits_are_scaled(images: Path, form: str) -> None:
    (images / "test/cat/0.png").unlink()
    if form == "PPM":
        (images / "test/cat/0.pgm").write_bytes(b"P5 8 8 65535\n" + b"\x80\0" * 64)
    else:
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


def test_more_images_than_the_memory_holds(images: Path) -> None:
    with pytest.raises(UserError, match="8 images of 3×3000000×3000000 take 216000.0 GB of memory; .* GB are free"):
        load(f"folder:{images}", Request((3, 3_000_000, 3_000_000)))


@pytest.mark.parametrize("path", ["n" * 300, "a\0b", "~no-such-user-here"])
def test_a_path_where_no_folder_can_be(path: str) -> None:
    with pytest.raises(UserError, match="no such folder|no such user|no file can have this name"):
        load(f"folder:{path}", Request(GREY))


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


def _another_format(root: Path) -> str:
    Image.new("RGB", (8, 8)).save(root / "train/cat/1.png", "TIFF")
    return "train/cat/1.png cannot be read as an image (damaged, or not PNG, JPEG, WebP, BMP or PGM)"


def _bomb(root: Path) -> str:
    (root / "train/cat/1.png").write_bytes(b"P4 100000 100000\n")
    return "train/cat/1.png has more than 50 million pixels"


def _half_a_bomb(root: Path) -> str:
    (root / "train/cat/1.png").write_bytes(b"P4 8000 8000\n")
    return "train/cat/1.png has more than 50 million pixels"


def _pipe(root: Path) -> str:
    os.mkfifo(root / "train/cat/pipe")
    return "train/cat/pipe is neither a file nor a folder"


def _link_to_itself(root: Path) -> str:
    (root / "train/cat/link").symlink_to("link")
    return "train/cat/link is neither a file nor a folder"


def _class_is_a_link_to_itself(root: Path) -> str:
    (root / "train/link").symlink_to("link")
    return "train/link is neither a file nor a folder"


@pytest.mark.parametrize(
    "spoil",
    [
        _another_format,
        _bomb,
        _half_a_bomb,
        _pipe,
        _link_to_itself,
        _class_is_a_link_to_itself,
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
