"""Views of what a run used: GPU, CPU, memory, speed. They are made of its readings, not of measurements of probes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bntui.explanations.system_quantities import SYSTEM
from bntui.run.series.history import Points
from bntui.run.series.merged import variant_name
from bntui.run.series.readings import CPU, MEMORY, PROBE_SECONDS, SECONDS, Readings, Reals, Usage
from bntui.run.sources.protocol import RunSource
from bntui.views import step_unit
from bntui.views.chart import Chart, Series
from bntui.views.seconds_axis import SecondsAxis
from bntui.views.step_unit import StepUnit
from bntui.views.variant_mark import mark

_GIB = 2.0**30
_LEAST_SECONDS = 1.0
"""The time over which a rate is taken, at least: single steps take too different times."""

Curve = Callable[[Readings, int], Reals]
"""Returns the values (n,) at each reading, of a GPU by its number."""


class SystemView(NamedTuple):
    """One view: `note` says its unit. `of_gpus` has a curve for each GPU, the others one for each run."""

    curve: Curve
    note: str
    of_gpus: bool = False
    limits: tuple[float, float] | None = None


def _usage(usage: Usage, scale: float = 1.0) -> Curve:
    return lambda readings, _: readings.curve(usage) * scale


def _gpu(name: str, scale: float = 1.0) -> Curve:
    return lambda readings, gpu: readings.curve(Usage(name, gpu)) * scale


def _rate(readings: Readings, of: Reals, scale: float) -> Reals:
    """Return by how much a quantity (n,) grew in a second of training, over the last second or longer (n,)."""
    seconds, grown = np.append(0.0, readings.curve(SECONDS)[: len(of)]), np.append(0.0, of)
    seconds, grown = seconds[: len(grown)], grown[: len(seconds)]
    before = np.maximum(np.searchsorted(seconds, seconds - _LEAST_SECONDS, side="right") - 1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates: Reals = scale * (grown - grown[before]) / (seconds - seconds[before])
    return rates[1:]


SYSTEM_VIEWS: Mapping[str, SystemView] = {
    "gpu_load": SystemView(_gpu("load"), "% of the time", of_gpus=True, limits=(0.0, 100.0)),
    "gpu_memory": SystemView(_gpu("memory", 1 / _GIB), "GiB", of_gpus=True),
    "gpu_power": SystemView(_gpu("power"), "W", of_gpus=True),
    "gpu_temperature": SystemView(_gpu("temperature"), "°C", of_gpus=True),
    "speed": SystemView(lambda readings, _: _rate(readings, readings.steps, 1.0), "steps per second"),
    "probe_share": SystemView(
        lambda readings, _: _rate(readings, readings.curve(PROBE_SECONDS), 100.0), "% of the time"
    ),
    "cpu": SystemView(_usage(CPU), "% of one core"),
    "process_memory": SystemView(_usage(MEMORY, 1 / _GIB), "GiB"),
}
"""Views by name; `explanations/system_quantities.py` has their titles."""
OF_GPUS = frozenset(name for name, view in SYSTEM_VIEWS.items() if view.of_gpus)


def system_chart(name: str, source: RunSource, axis: SecondsAxis, unit: StepUnit) -> Chart:
    """Return a curve for each run of a source, or for each of its GPUs, over steps or over seconds of training.

    On an axis of seconds a reading stands where the slowest variant of its run had done as many steps.
    """
    view, info = SYSTEM_VIEWS[name], source.info
    # Behind those of the variants, whose colors would be misread.
    first = len(info.variants) if info else 0
    series = [
        Series(label, number, _placed(points, source, part, axis) if unit == step_unit.SECONDS else points)
        for number, (label, part, points) in enumerate(_curves(view, source), first)
    ]
    return Chart(
        series=tuple(series),
        steps=info.steps if info else 0,
        title=SYSTEM[name].title,
        note=", ".join(_notes(view, source, series)) if any(len(each.steps) for each in series) else "",
        limits=view.limits or _from_zero(series),
        empty=f"{SYSTEM[name].title}: {_why_empty(view, source)}",
    )


def _from_zero(series: Sequence[Series]) -> tuple[float, float] | None:
    """Return a scale from 0 on: otherwise a change of memory by a thousandth would look like a leak."""
    top = max((float(each.values.max()) for each in series if len(each.values)), default=0.0)
    return (0.0, 1.05 * top) if top > 0 else None


def _curves(view: SystemView, source: RunSource) -> Iterator[tuple[str, RunSource, Points]]:
    """Yield label, run and points of each curve."""
    for label, part in source.parts.items():
        gpus = part.readings.gpus
        for number in range(gpus if view.of_gpus else 1):
            what = "process" if not view.of_gpus else f"GPU {number}" if gpus > 1 else "GPU"
            yield f"{label} {what}" if label and gpus > 1 else label or what, part, _points(view, part.readings, number)


def _points(view: SystemView, readings: Readings, number: int) -> Points:
    values, steps = view.curve(readings, number), readings.steps
    values, steps = values[: len(steps)], steps[: len(values)]
    known = np.isfinite(values)
    # The last reading may be at the steps of the one before.
    known[:-1] &= (steps[1:] > steps[:-1]) | ~known[1:]
    return Points(steps[known].astype(np.int32), values[known].astype(np.float32))


def _placed(points: Points, source: RunSource, part: RunSource, axis: SecondsAxis) -> Points:
    group = next((label for label, runs in source.groups.items() if part in runs), "")
    names = [variant_name(group, name) for name in (part.info.variants if part.info else ())]
    slowest = max((axis.times(name) for name in names), key=lambda times: times.seconds[-1], default=None)
    if slowest is None:
        return points
    milliseconds = np.rint(1000 * np.interp(points.steps, slowest.steps, slowest.seconds)).astype(np.int32)
    return Points(milliseconds, points.values, numbers=points.steps)


def _notes(view: SystemView, source: RunSource, series: Sequence[Series]) -> Iterator[str]:
    """Yield the unit, the total of memory, and where there are several curves, whose they are."""
    totals = {total for part in source.parts.values() for total in _totals(part.readings)}
    of_total = f" of {max(totals) / _GIB:.1f}" if view.curve is SYSTEM_VIEWS["gpu_memory"].curve and totals else ""
    yield view.note + of_total
    if len(series) > 1:
        yield from (f"{mark(each.style_index)} {each.variant}" for each in series)


def _totals(readings: Readings) -> Iterator[float]:
    for gpu in range(readings.gpus):
        total = readings.curve(Usage("total_memory", gpu))
        yield from total[np.isfinite(total)][-1:]


def _why_empty(view: SystemView, source: RunSource) -> str:
    if view.of_gpus and not (source.info and source.info.device_uuids):
        return "no GPU trains this run"
    if not source.status.state.over:
        return "one reading a second, the first one soon"
    if not any(part.readings.version for part in source.parts.values()):
        return "no readings; earlier versions of bntui kept none"
    return "not told by the GPU's driver (NVML)" if view.of_gpus else "the run was too short"
