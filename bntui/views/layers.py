"""The network in depth: every layer's drift over time, and what the layers are like now."""

from __future__ import annotations

import numpy as np

from bntui.run.series.history import Curves, Key
from bntui.views.chart import Focus, awaited, layers_of
from bntui.views.heatmap import Heatmap, raster
from bntui.views.profile import Profile, marked, profile


def drift_map(history: Curves, focus: Focus) -> Heatmap:
    """Moment drift of every layer at every step, on a logarithmic colour scale (Santurkar et al. 2018, fig. 8)."""
    layers = layers_of(history, "moments")
    return Heatmap(
        title="drift of every layer",
        note="mean |Δμ| per step",
        rasters=tuple(
            raster(history, focus, variant, [Key(variant, "moments", "mean_drift", layer) for layer in layers])
            for variant in history.info.variants
        ),
        steps=history.info.steps,
        labels=layers,
        marked=marked(layers, focus),
        log=True,
        empty=awaited(history, focus, "moments", "drift", first=1),
    )


def scale(history: Curves, focus: Focus) -> Profile:
    """How large activations are by layer: their root mean square, or what the moments tell of it."""
    if layers_of(history, "scale") or not layers_of(history, "moments"):
        return profile(history, focus, ("scale", "rms"), "activation scale", "√mean(a²)", log=True)
    return profile(history, focus, ("moments", "var"), "activation scale", "√(mean σ²)", log=True, of=np.sqrt)


def gradients(history: Curves, focus: Focus) -> Profile:
    """The norm of the gradient of each layer's weights."""
    return profile(history, focus, ("norms", "grad"), "gradient by layer", "‖∂L/∂W‖", log=True)
