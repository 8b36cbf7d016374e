"""What every measured quantity is: formula, unit, source, how to read it, and what it costs.

The definitions are those of the probes, which this package does not import: it is read where torch is not loaded.
"""

from __future__ import annotations

from collections.abc import Mapping

from bntui.explanations.activation_quantities import ACTIVATIONS
from bntui.explanations.curvature_quantities import CURVATURE
from bntui.explanations.depth_quantities import DEPTH
from bntui.explanations.detached_quantities import DETACHED
from bntui.explanations.explanation import Explanation
from bntui.explanations.layer_quantities import LAYERS
from bntui.explanations.optimum_quantities import OPTIMUM
from bntui.explanations.risk_quantities import RISKS
from bntui.explanations.small_batch_quantities import SMALL_BATCHES
from bntui.explanations.smoothness_quantities import SMOOTHNESS
from bntui.explanations.step_quantities import STEPS
from bntui.explanations.surface_quantities import SURFACE
from bntui.explanations.training_quantities import TRAINING

__all__ = ["EXPLANATIONS", "QUANTITIES", "Explanation", "explanation_of"]

QUANTITIES = (
    *TRAINING,
    *ACTIVATIONS,
    *SMOOTHNESS,
    *CURVATURE,
    *LAYERS,
    *SURFACE,
    *DETACHED,
    *RISKS,
    *STEPS,
    *DEPTH,
    *OPTIMUM,
    *SMALL_BATCHES,
)
"""All quantities, in the order of a list to read."""

EXPLANATIONS: Mapping[str, Explanation] = {column: each for each in QUANTITIES for column in each.columns}
"""The quantities by 'probe.name'; the ends of a range have the same one."""


def explanation_of(probe: str, name: str) -> Explanation | None:
    """Return what is said about a column of a probe, such as 'bin_07' of distribution; None where it is unknown."""
    exact = EXPLANATIONS.get(f"{probe}.{name}")
    if exact:
        return exact
    patterns = [(column[:-1], each) for column, each in EXPLANATIONS.items() if column.endswith("*")]
    return next((each for start, each in patterns if f"{probe}.{name}".startswith(start)), None)
