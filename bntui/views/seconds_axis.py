"""Curves over seconds of training instead of steps: each point stands at the seconds that its variant took until then.

Places on the axis are whole milliseconds, as steps are whole numbers: what draws curves over steps draws these, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from bntui.records import RunInfo
from bntui.run.series.history import Curves, Key, Points, Spread, Steps
from bntui.run.series.readings import Times
from bntui.run.sources.protocol import RunSource
from bntui.views.focus import Focus
from bntui.views.selection import Differences, Pair


class SecondsAxis:
    """The seconds of training of a source's variants, without what probes took; means over seeds.

    Points after the last reading have no place yet, and are left out until the next one.
    """

    def __init__(self, source: RunSource) -> None:
        self._source = source
        self._version = -1
        self._times: dict[str, Times] = {}
        # With the steps themselves, so that their address is not that of others.
        self._places: dict[tuple[str, int, int], tuple[Steps, Steps]] = {}

    @property
    def known(self) -> bool:
        """Whether the seconds of all variants are known."""
        info = self._source.info
        return info is not None and all(self.times(variant).known for variant in info.variants)

    @property
    def version(self) -> int:
        """A number that increases with every reading."""
        return sum(part.readings.version for part in self._source.parts.values())

    @property
    def newest(self) -> int:
        """The milliseconds of the variant that took longest so far."""
        info = self._source.info
        seconds = [self.times(variant).seconds[-1] for variant in info.variants] if info else []
        return round(1000 * max(seconds, default=0.0))

    def times(self, variant: str) -> Times:
        """Return the seconds of a variant at some numbers of steps."""
        if (version := self.version) != self._version:
            self._version, self._times, self._places = version, {}, {}
        if variant not in self._times:
            self._times[variant] = self._source.times(variant)
        return self._times[variant]

    def places(self, variant: str, steps: Steps) -> Steps:
        """Return the milliseconds at which a variant had done rising numbers of steps, as far as they are known."""
        times = self.times(variant)
        key = variant, int(steps.__array_interface__["data"][0]), len(steps)
        if key not in self._places:
            known = steps[: np.searchsorted(steps, times.steps[-1], side="right")]
            seconds = np.interp(known, times.steps, times.seconds)
            self._places[key] = steps, np.rint(1000 * seconds).astype(np.int32)
        return self._places[key][1]

    def steps(self, variant: str, milliseconds: int) -> int:
        """Return the number of steps that a variant had done by then."""
        times = self.times(variant)
        return int(np.interp(milliseconds / 1000, times.seconds, times.steps))

    def steps_between(self, left: int, right: int) -> tuple[int, int]:
        """Return the first and the last step that any variant took between two places."""
        info = self._source.info
        variants = info.variants if info else ()
        first = min((self.steps(variant, left) for variant in variants), default=0)
        return first, max((self.steps(variant, right) for variant in variants), default=0)

    def curves(self, curves: Curves) -> Curves:
        """Return the same curves over seconds."""
        return _PlacedCurves(curves, self, lambda variant: variant)

    def differences(self, differences: Differences) -> PlacedDifferences:
        """Return differences, which are taken step by step, over the seconds of the first variant of each pair."""
        return PlacedDifferences(differences, self, lambda name: differences.pairs[name][0])

    def focus(self, focus: Focus, pairs: Mapping[str, Pair]) -> Focus:
        """Return a focus with the divergences at their places, those of differences by the names of their `pairs`."""

        def place(name: str, step: int) -> int:
            return self.place_of(pairs[name][0] if name in pairs else name, step)

        return replace(
            focus,
            ended={name: place(name, step) for name, step in focus.ended.items()},
            lost={name: tuple(place(name, step) for step in steps) for name, steps in focus.lost.items()},
        )

    def place_of(self, variant: str, step: int) -> int:
        """Return the milliseconds at which a variant had done so many steps."""
        times = self.times(variant)
        return round(1000 * float(np.interp(step, times.steps, times.seconds)))


class _PlacedCurves:
    """`Curves` whose points stand at the seconds of training of a variant, with the steps of their measurements."""

    def __init__(self, curves: Curves, axis: SecondsAxis, timed: Callable[[str], str]) -> None:
        """Place curves of a name at the seconds of the variant that `timed` returns for it."""
        self._curves, self._axis, self._timed = curves, axis, timed

    @property
    def info(self) -> RunInfo:
        """The run's variants, layers and columns."""
        return self._curves.info

    @property
    def version(self) -> int:
        """A number that increases with every measurement."""
        return self._curves.version

    def points(self, key: Key) -> Points:
        """Return the curve's points so far."""
        return self._placed(key, self._curves.points(key))

    def seeds(self, key: Key) -> Mapping[int, Points]:
        """Return the points of each seed, at the mean of the seeds' seconds, as their mean."""
        return {seed: self._placed(key, points) for seed, points in self._curves.seeds(key).items()}

    def settled(self, variant: str) -> int:
        """Return the step before which nothing more will be measured of a variant, in any seed."""
        return self._curves.settled(variant)

    def style_index(self, variant: str) -> int:
        """Return the number that determines a variant's color and mark."""
        return self._curves.style_index(variant)

    def _placed(self, key: Key, points: Points) -> Points:
        if not len(points.steps):
            return points
        places = self._axis.places(self._timed(key.variant), points.steps)
        known = points.head(len(places))
        spread = known.spread
        if spread:
            spread = Spread(self._placed(key, spread.low), self._placed(key, spread.high), spread.counts)
        return replace(known, steps=places, numbers=known.steps, spread=spread)


class PlacedDifferences(_PlacedCurves):
    """Differences over seconds."""

    _curves: Differences

    @property
    def pairs(self) -> Mapping[str, Pair]:
        """The two variants of each difference, by its name."""
        return self._curves.pairs
