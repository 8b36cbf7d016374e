"""Training: `resolve` checks a spec, `train` yields what a run measures. Nothing here draws or stores."""

from bntui.train.environment import in_environment
from bntui.train.loop import train
from bntui.train.resolve import resolve

__all__ = ["in_environment", "resolve", "train"]
