"""Any folder of pictures, as train/CLASS/* and test/CLASS/*, decoded once into one tensor."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from bntui.data.dataset import Dataset, Split
from bntui.data.request import Meter, Request
from bntui.records import UserError

BLOCK = 128  # pictures a thread decodes between two reports
DELAY = 1.0  # seconds before progress is worth a bar
SMALL = 128 * 128  # pixels
HOW = "wanted are PATH/train/CLASS/* and PATH/test/CLASS/*"


def folder(request: Request) -> Dataset:
    """The pictures below `request.argument`, resized bilinearly, made grey or RGB as `request.picture` asks.

    Classes are numbered, and pictures ordered, by name. Names that begin with a dot are passed over.
    """
    root = Path(request.argument).expanduser()
    classes = _classes(root)
    train, test = ([_pictures(root / part / name) for name in classes] for part in ("train", "test"))
    images = _decode([file for kind in train + test for file in kind], request)
    cut = sum(len(kind) for kind in train)
    splits = Split(images[:cut], _labels(train)), Split(images[cut:], _labels(test))
    return Dataset(f"folder:{request.argument}", len(classes), *splits)


def _classes(root: Path) -> list[str]:
    if not root.is_dir():
        raise UserError(f"{root}: no such folder; {HOW}")
    train, test = (_names(root / part, folders=True) for part in ("train", "test"))
    if train != test:
        odd = ", ".join(sorted(set(train) ^ set(test)))
        raise UserError(f"{root}: train and test must have the same classes; only one of them has {odd}")
    if len(train) < 2:
        raise UserError(f"{root}: has {len(train) or 'no'} class; there must be at least two; {HOW}")
    return train


def _pictures(path: Path) -> list[str]:
    names = _names(path, folders=False)
    if not names:
        raise UserError(f"{path}: has no picture in it; every class needs at least one")
    return [f"{path}/{name}" for name in names]


def _names(path: Path, folders: bool) -> list[str]:
    try:
        with os.scandir(path) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
            return sorted(entry.name for entry in shown if (entry.is_dir() if folders else entry.is_file()))
    except FileNotFoundError:
        raise UserError(f"{path}: no such folder; {HOW}") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None


def _labels(kinds: Sequence[Sequence[str]]) -> torch.Tensor:
    counts = torch.tensor([len(kind) for kind in kinds])
    return torch.arange(len(kinds)).repeat_interleave(counts)


def _decode(files: Sequence[str], request: Request) -> torch.Tensor:
    images = torch.empty((len(files), *request.picture), dtype=torch.uint8)
    meter, done = Meter(request, DELAY), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd files would tear the screen
        for count in _in_threads(files, images.numpy(), request):
            done += count
            meter.show(f"decoding pictures: {done:,} of {len(files):,}", done / len(files))
    return images


def _in_threads(files: Sequence[str], images: npt.NDArray[np.uint8], request: Request) -> Iterator[int]:
    def block(start: int) -> int:
        request.check()
        for index in range(start, end := min(start + BLOCK, len(files))):
            images[index] = _picture(files[index], request.picture)
        return end - start

    pool = ThreadPoolExecutor(_threads(files[0]))
    try:
        yield from pool.map(block, range(0, len(files), BLOCK))
    finally:
        pool.shutdown(cancel_futures=True)


def _threads(first: str) -> int:
    # Decoding lets go of Python's lock. Where the pictures are small there is little of it, and threads that
    # wait for the lock make it slower: 10,000 of 32×32 take 1.6 s with one thread, 2.5 s with two.
    with _opened(first) as image:
        return 1 if image.width * image.height <= SMALL else min(8, os.cpu_count() or 1)


def _picture(path: str, shape: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    channels, height, width = shape
    with _opened(path) as image:
        try:
            picture = _eight_bits(image).convert("L" if channels == 1 else "RGB")
        except Exception as error:  # as below
            raise _unreadable(path, error) from None
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(picture)
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def _opened(path: str) -> Image.Image:
    try:
        return Image.open(path)
    except Exception as error:  # Pillow's readers raise all sorts of things on a damaged file
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: Exception) -> UserError:
    why = getattr(error, "strerror", None) or "damaged, or not a picture"
    return UserError(f"{path} cannot be read as a picture ({why}); mend or remove it")


def _eight_bits(image: Image.Image) -> Image.Image:
    # Pillow would clip what has 16 bits a pixel rather than scale it.
    if not image.mode.startswith("I;16"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
