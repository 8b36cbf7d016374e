"""The curves of several runs as one set of curves: means over the seeds of each group of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from bntui.records import RunInfo
from bntui.run.series.history import NO_POINTS, SETTLED, Curves, Key, Points
from bntui.run.series.seed_mean import SeedMean

PALETTE_SIZE = 9
"""Style indices that differ by a multiple of it share a color."""


class _Place(NamedTuple):
    """Where a variant's curves come from: the histories of its group, by seed, and its name in them."""

    histories: Mapping[int, Curves]
    variant: str
    style_index: int


class MergedHistory:
    """`Curves` over groups of runs that differ only in their seed: histories by label of the group and by seed.

    Variants are named label/variant, or as in the runs where the label is ''; layers and columns are the union over the
    runs, and steps the maximum. A group of one run has its curves, others the means over their seeds.
    """

    def __init__(self, groups: Mapping[str, Mapping[int, Curves]]) -> None:
        infos = {label: _merge([curves.info for curves in group.values()]) for label, group in groups.items()}
        names = list(dict.fromkeys(chain.from_iterable(info.variants for info in infos.values())))
        self._places = {
            variant_name(label, variant): _Place(
                groups[label],
                variant,
                names.index(variant) if len(groups) == 1 else _style_index(group, names, variant),
            )
            for group, (label, info) in enumerate(infos.items())
            for variant in info.variants
        }
        self._histories = [curves for group in groups.values() for curves in group.values()]
        self._means: dict[Key, SeedMean] = {}
        # Curves of groups that are over, whose points no longer change.
        self._final: dict[Key, Points] = {}
        self._final_seeds: dict[Key, Mapping[int, Points]] = {}
        undefined: dict[str, tuple[str, ...]] = {}
        for label, info in infos.items():
            for probe, variants in info.undefined.items():
                undefined[probe] = (*undefined.get(probe, ()), *(variant_name(label, variant) for variant in variants))
        self.info = replace(_merge(list(infos.values())), variants=tuple(self._places), undefined=undefined)

    @property
    def version(self) -> int:
        """A number that increases with every measurement of any run, and once a run is over."""
        return sum(curves.version for curves in self._histories) + sum(
            curves.settled("") == SETTLED for curves in self._histories
        )

    def points(self, key: Key) -> Points:
        """Return the curve's points so far, the means over seeds where there are several; none if not measured."""
        if key in self._final:
            return self._final[key]
        if key.variant not in self._places:
            return NO_POINTS
        # The settled step is known before the points are read, so that all before it are there.
        settled, seeds = self.settled(key.variant), self.seeds(key)
        if len(seeds) < 2:
            return next(iter(seeds.values()))
        points = self._means.setdefault(key, SeedMean()).update(seeds, settled)
        if settled == SETTLED:
            self._final[key] = points
        return points

    def seeds(self, key: Key) -> Mapping[int, Points]:
        """Return the curve's points of each seed of the variant's group."""
        if key in self._final_seeds:
            return self._final_seeds[key]
        place = self._places.get(key.variant)
        if place is None:
            return {}
        settled, own = self.settled(key.variant), replace(key, variant=place.variant)
        seeds = {seed: curves.points(own) for seed, curves in place.histories.items()}
        if settled == SETTLED:
            self._final_seeds[key] = seeds
        return seeds

    def settled(self, variant: str) -> int:
        """Return the step before which no run of the variant's group will measure any more."""
        return min(curves.settled(variant) for curves in self._places[variant].histories.values())

    def style_index(self, variant: str) -> int:
        """Return a number that gives each group one color, and variants of the same name one mark.

        Of a single group, variants look as in one run.
        """
        return self._places[variant].style_index


def variant_name(label: str, variant: str) -> str:
    """Return how a variant of a group is named beside those of others; the label of a single group is ''."""
    return f"{label}/{variant}" if label else variant


def _style_index(group: int, names: Sequence[str], variant: str) -> int:
    # A style index i has color i % PALETTE_SIZE and mark (i + i // PALETTE_SIZE) % PALETTE_SIZE. Groups that share a
    # color, because there are more of them than colors, have other marks.
    color, wraps = group % PALETTE_SIZE, group // PALETTE_SIZE
    mark = names.index(variant) + wraps * len(names)
    return color + PALETTE_SIZE * ((mark - color) % PALETTE_SIZE)


def _merge(infos: Sequence[RunInfo]) -> RunInfo:
    def joined(name: str) -> str:
        return " and ".join(dict.fromkeys(getattr(info, name) for info in infos))

    classes, majority = {info.classes for info in infos}, {info.majority for info in infos}
    return RunInfo(
        columns=tuple(dict.fromkeys(chain.from_iterable(info.columns for info in infos))),
        variants=tuple(dict.fromkeys(chain.from_iterable(info.variants for info in infos))),
        layers=tuple(dict.fromkeys(chain.from_iterable(info.layers for info in infos))),
        steps=max(info.steps for info in infos),
        steps_per_epoch=infos[0].steps_per_epoch,
        dataset=joined("dataset"),
        device=joined("device"),
        device_name=joined("device_name"),
        classes=classes.pop() if len(classes) == 1 else 0,
        majority=majority.pop() if len(majority) == 1 else 0.0,
        default_every={probe: every for info in infos for probe, every in info.default_every.items()},
        undefined={probe: variants for info in infos for probe, variants in info.undefined.items()},
    )
