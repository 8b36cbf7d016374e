"""A folder of images, train/CLASS/* and test/CLASS/*, decoded once into one tensor."""

from __future__ import annotations

import contextlib
import math
import os
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import torch
from PIL import Image

from bntui.data.dataset import Dataset, Split
from bntui.data.request import ProgressMeter, Request
from bntui.records import UserError
from bntui.user_paths import expanded, is_folder

BLOCK = 128
"""Images that a thread decodes between two progress reports."""
DELAY = 1.0
"""Seconds before the first progress report."""
SMALL = 128 * 128
"""Pixels up to which an image is decoded without threads."""
LARGEST = 50_000_000
"""Pixels of the largest image; a small file can hold billions, which would fill the memory."""
FORMATS = {"PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "BMP": "BMP", "PPM": "PGM"}
"""Pillow's names of the formats that are read, and their usual names. Its other readers are for rare files, less tested
against hostile ones; one of them starts a program."""
LAYOUT = "the layout is PATH/train/CLASS/* and PATH/test/CLASS/*"


def load(request: Request) -> Dataset:
    """Return the images below `request.argument`, resized bilinearly and converted to grayscale or RGB.

    `request.image_shape` gives size and channels. Classes are numbered, and images ordered, by name. Names that begin
    with a dot are ignored. Raises UserError, Cancelled.
    """
    root = expanded(request.argument)
    classes = _classes(root)
    train, test = ([_images(root / part / name) for name in classes] for part in ("train", "test"))
    images = _decode([file for files in train + test for file in files], request)
    cut = sum(len(files) for files in train)
    splits = Split(images[:cut], _labels(train)), Split(images[cut:], _labels(test))
    return Dataset(f"folder:{request.argument}", len(classes), *splits)


def _classes(root: Path) -> list[str]:
    if not is_folder(root):
        raise UserError(f"{root}: no such folder; {LAYOUT}")
    train, test = (_names(root / part, folders=True) for part in ("train", "test"))
    if train != test:
        unmatched = ", ".join(sorted(set(train) ^ set(test)))
        raise UserError(f"{root}: train and test must have the same classes; only one of them has {unmatched}")
    if len(train) < 2:
        raise UserError(f"{root}: has {len(train) or 'no'} class; at least two are needed; {LAYOUT}")
    return train


def _images(path: Path) -> list[str]:
    names = _names(path, folders=False)
    if not names:
        raise UserError(f"{path}: has no image; every class needs at least one")
    return [f"{path}/{name}" for name in names]


def _names(path: Path, folders: bool) -> list[str]:
    """Return the names of the folders, or of the files, in a folder."""
    try:
        with os.scandir(path) as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:
        raise UserError(f"{path}: no such folder; {LAYOUT}") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    return sorted(entry.name for entry in shown if _is_folder(entry) is folders)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a folder, else a file. Raises UserError for a pipe, a device or a broken link."""
    with contextlib.suppress(OSError):
        if entry.is_dir() or entry.is_file():
            return entry.is_dir()
    raise UserError(f"{entry.path} is neither a file nor a folder; remove it")


def _labels(classes: Sequence[Sequence[str]]) -> torch.Tensor:
    """Return the label of each file, for files by class."""
    counts = torch.tensor([len(files) for files in classes])
    return torch.arange(len(classes)).repeat_interleave(counts)


def _decode(files: Sequence[str], request: Request) -> torch.Tensor:
    _check_memory(len(files), request.image_shape)
    images = torch.empty((len(files), *request.image_shape), dtype=torch.uint8)
    meter, done = ProgressMeter(request, DELAY), 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's warnings would corrupt the screen
        for count in _in_threads(files, images.numpy(), request):
            done += count
            meter.show(f"decoding images: {done:,} of {len(files):,}", done / len(files))
    return images


def _check_memory(count: int, shape: tuple[int, int, int]) -> None:
    needed, free = count * math.prod(shape), psutil.virtual_memory().available
    if needed > free:
        size = "×".join(map(str, shape))
        raise UserError(
            f"{count:,} images of {size} take {needed / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free"
        )


def _in_threads(files: Sequence[str], images: npt.NDArray[np.uint8], request: Request) -> Iterator[int]:
    def block(start: int) -> int:
        request.check()
        for index in range(start, end := min(start + BLOCK, len(files))):
            images[index] = _image(files[index], request.image_shape)
        return end - start

    pool = ThreadPoolExecutor(_threads(files[0]))
    try:
        yield from pool.map(block, range(0, len(files), BLOCK))
    finally:
        pool.shutdown(cancel_futures=True)


def _threads(first: str) -> int:
    # Decoding releases Python's lock. Small images need little decoding, and threads that wait for the lock make it
    # slower: 10,000 of 32×32 take 1.6 s with one thread, 2.5 s with two.
    with _opened(first) as image:
        return 1 if image.width * image.height <= SMALL else min(8, os.cpu_count() or 1)


def _image(path: str, shape: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    channels, height, width = shape
    with _opened(path) as image:
        try:
            converted = _eight_bits(image).convert("L" if channels == 1 else "RGB")
        except Exception as error:  # Pillow's readers raise exceptions of many types on a damaged file
            raise _unreadable(path, error) from None
    if converted.size != (width, height):
        converted = converted.resize((width, height), Image.Resampling.BILINEAR)
    pixels = np.asarray(converted)
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def _opened(path: str) -> Image.Image:
    try:
        image = Image.open(path, formats=list(FORMATS))
    except Image.DecompressionBombError:
        raise _too_large(path) from None
    except Exception as error:  # as above
        raise _unreadable(path, error) from None
    if image.width * image.height > LARGEST:
        image.close()
        raise _too_large(path)
    return image


def _too_large(path: str) -> UserError:
    return UserError(f"{path} has more than {LARGEST // 1_000_000} million pixels; make it smaller, or remove it")


def _unreadable(path: str, error: Exception) -> UserError:
    *others, last = FORMATS.values()
    reason = getattr(error, "strerror", None) or f"damaged, or not {', '.join(others)} or {last}"
    return UserError(f"{path} cannot be read as an image ({reason}); repair or remove it")


def _eight_bits(image: Image.Image) -> Image.Image:
    # Pillow would clip 16-bit pixels instead of scaling them; it reads them as 32-bit ones from PGM.
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
