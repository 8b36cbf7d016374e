"""What seconds of training are, on the axes of panes and in claims per second."""

from __future__ import annotations

SECONDS_OF_TRAINING = (
    "Seconds of training are those of a variant's own forward and backward passes and updates, without what probes"
    " took: on a CPU wall time while the other variants train beside it, on a GPU the time between events. They are of"
    " the machine that trained the run, and of what else it did then."
)
COMPARED = (
    "Variants are compared at moments, evenly spaced over the seconds that all were trained. A part of the run that is"
    " given in steps lasts until every variant has done them. Claims per second are decided among themselves, so that"
    " no other verdict depends on seconds, which differ from training to training."
)
