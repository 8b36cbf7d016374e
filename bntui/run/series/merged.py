"""The curves of several runs as one set of curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from bntui.records import RunInfo
from bntui.run.series.history import NO_POINTS, Curves, Key, Points

PALETTE_SIZE = 9
"""Style indices that differ by a multiple of it share a color."""


class MergedHistory:
    """`Curves` over the histories of several runs, by label.

    Variants are named label/variant; layers and columns are the union over the runs, and steps the maximum.
    """

    def __init__(self, histories: Mapping[str, Curves]) -> None:
        self._histories = dict(histories)
        names = list(dict.fromkeys(chain.from_iterable(curves.info.variants for curves in histories.values())))
        self._variants = {
            f"{label}/{variant}": (curves, variant, _style_index(run, names.index(variant)))
            for run, (label, curves) in enumerate(histories.items())
            for variant in curves.info.variants
        }
        self.info = _merge([curves.info for curves in histories.values()], tuple(self._variants))

    @property
    def version(self) -> int:
        """A number that increases with every measurement of any run."""
        return sum(curves.version for curves in self._histories.values())

    def points(self, key: Key) -> Points:
        """Return the curve's points so far; none if its run does not measure it."""
        if key.variant not in self._variants:
            return NO_POINTS
        curves, variant, _ = self._variants[key.variant]
        return curves.points(replace(key, variant=variant))

    def style_index(self, variant: str) -> int:
        """Return a number that gives each run one color, and variants of the same name one mark."""
        return self._variants[variant][2]


def _style_index(run: int, name: int) -> int:
    # A style index i has color i % PALETTE_SIZE and mark (i + i // PALETTE_SIZE) % PALETTE_SIZE: here `run` and `name`.
    return run + PALETTE_SIZE * ((name - run) % PALETTE_SIZE)


def _merge(infos: Sequence[RunInfo], variants: tuple[str, ...]) -> RunInfo:
    def joined(name: str) -> str:
        return " and ".join(dict.fromkeys(getattr(info, name) for info in infos))

    classes = {info.classes for info in infos}
    return RunInfo(
        columns=tuple(dict.fromkeys(chain.from_iterable(info.columns for info in infos))),
        variants=variants,
        layers=tuple(dict.fromkeys(chain.from_iterable(info.layers for info in infos))),
        steps=max(info.steps for info in infos),
        steps_per_epoch=infos[0].steps_per_epoch,
        dataset=joined("dataset"),
        device=joined("device"),
        device_name=joined("device_name"),
        classes=classes.pop() if len(classes) == 1 else 0,
        default_every={probe: every for info in infos for probe, every in info.default_every.items()},
    )
