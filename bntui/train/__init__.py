"""Training: `resolve` checks an experiment, `train` runs it. Nothing here draws, stores or asks."""

from bntui.train.loop import train, versions
from bntui.train.resolve import resolve

__all__ = ["resolve", "train", "versions"]
