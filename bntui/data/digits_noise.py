"""A few of the digits, beside inputs of pure noise: more numbers than samples, most of which say nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from bntui.data import digits
from bntui.data.dataset import Dataset, Split
from bntui.data.request import Request

TRAIN = 150
NOISE_CHANNELS = 3
SIZE = 8
SEED = 20180529


def load(request: Request) -> Dataset:
    """Return 150 digits for training and all 297 for testing, (4, 8, 8) whatever shape is requested.

    The first channel is the digit, the others are noise, uniform over 0 … 255 and independent of everything.
    """
    whole = digits.load(replace(request, image_shape=(1, SIZE, SIZE)))
    random = np.random.RandomState(SEED)
    train, test = (_with_noise(images, random) for images in (whole.train.images[:TRAIN], whole.test.images))
    return replace(whole, train=Split(train, whole.train.labels[:TRAIN]), test=Split(test, whole.test.labels))


def _with_noise(images: torch.Tensor, random: np.random.RandomState) -> torch.Tensor:
    # NumPy promises never to change the stream of RandomState; it does not for Generator.
    noise = random.randint(256, size=(len(images), NOISE_CHANNELS, SIZE, SIZE)).astype(np.uint8)
    return torch.cat([images, torch.from_numpy(noise)], dim=1)
