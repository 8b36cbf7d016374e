"""What a run uses of the machine that trains it; no probe measures it, so that it is looked at from outside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bntui.explanations.explanation import Explanation

_quantity = partial(
    Explanation,
    names=(),
    cost="a few system calls, once a second in a thread of its own, for which no step waits",
)
_of_gpu = partial(_quantity, source="NVML, the library that nvidia-smi asks")
_of_process = partial(_quantity, source="The operating system, through psutil")
_of_training = partial(
    _quantity,
    source="bntui's own clocks: on a CPU wall time, on a GPU the time between events",
    cost="nothing: the clocks run in any case",
)

SYSTEM: Mapping[str, Explanation] = {
    each.probe: each
    for each in (
        _of_gpu(
            probe="gpu_load",
            title="GPU load",
            what="The share of the last moments, up to a second, in which any kernel ran on the GPU, of this process"
            " or of another.",
            formula="time with a kernel running / time",
            latex=r"t_\mathrm{busy} / t",
            unit="% of the time",
            reading="Near 100 the GPU always has work, which says nothing about how well each kernel fills it. A low"
            " load means that it waits: small networks and batches are bound by launching kernels.",
        ),
        _of_gpu(
            probe="gpu_memory",
            title="GPU memory",
            what="The memory of the GPU that is taken, by this process or by another.",
            formula="used memory / 2³⁰",
            latex=r"m / 2^{30}",
            unit="GiB",
            reading="It rises while torch reserves memory, which it keeps, and is flat from then on. A rise that does"
            " not end is a leak; torch fails where the note's total is reached.",
        ),
        _of_gpu(
            probe="gpu_power",
            title="GPU power",
            what="The power that the GPU and its memory draw.",
            formula="power in mW / 1000",
            latex=r"P",
            unit="W",
            reading="It tells how hard the GPU works better than its load does. At the GPU's limit the clocks are"
            " lowered, and steps take longer.",
        ),
        _of_gpu(
            probe="gpu_temperature",
            title="GPU temperature",
            what="The temperature of the GPU's die.",
            formula="temperature",
            latex=r"T",
            unit="°C",
            reading="It rises for some minutes and then stays. Steps that take longer as it nears the GPU's limit,"
            " often about 85 °C, are those of a GPU that lowers its clocks.",
        ),
        _of_training(
            probe="speed",
            title="speed",
            what="The steps that all variants took in a second of training, over the last second or longer, probes"
            " included, pauses not.",
            formula="(steps now − steps before) / (seconds now − seconds before)",
            latex=r"\Delta n / \Delta t",
            unit="steps per second",
            reading="A flat curve with dips where a costly probe measures. A fall is another program on the machine,"
            " or a GPU that lowers its clocks; a rise, variants that diverged and are no longer trained.",
        ),
        _of_training(
            probe="probe_share",
            title="share of probes",
            what="The share of the time of training that probes took, over the last second or longer.",
            formula="100·(probe seconds now − before) / (seconds now − seconds before)",
            latex=r"100 \, \Delta t_\mathrm{probes} / \Delta t",
            unit="% of the time",
            reading="What the run would save without its probes. Peaks stand where costly probes measure; `every` of"
            " such a probe sets how often.",
        ),
        _of_process(
            probe="cpu",
            title="CPU of the process",
            what="The CPU time of the process that trains, in the last second.",
            formula="100·CPU seconds / seconds",
            latex=r"100 \, t_\mathrm{CPU} / t",
            unit="% of one core; two busy cores are 200 %",
            reading="On a CPU about 100 for each core that trains. Far less means that other programs have the cores,"
            " or that training waits; with a GPU, about 100 means that launching kernels is the limit.",
        ),
        _of_process(
            probe="process_memory",
            title="memory of the process",
            what="The resident memory of the process that trains: data, networks, measurements so far, torch.",
            formula="resident bytes / 2³⁰",
            latex=r"m / 2^{30}",
            unit="GiB",
            reading="It rises slowly, as measurements are kept for drawing. The system ends a process that asks for"
            " more than there is.",
        ),
    )
}
"""What is said about each quantity, by the name of its view."""
