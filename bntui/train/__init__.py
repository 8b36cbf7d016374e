"""Training: `resolve` checks a spec, `train` yields what a run measures. Nothing here draws or stores."""

from bntui.train.loop import train, versions
from bntui.train.resolve import resolve

__all__ = ["resolve", "train", "versions"]
