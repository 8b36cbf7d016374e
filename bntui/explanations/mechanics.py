"""BatchNorm itself, which the dashboard lets its reader do by hand; no probe measures it."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

MECHANICS = Explanation(
    probe="mechanics",
    names=(),
    title="BatchNorm by hand",
    what="Each channel of a layer is shifted and scaled by the statistics of the batch: its mean μ becomes 0 and its"
    " variance σ² becomes 1, but for ε = 1e-5. Then weight γ and bias β, which are learned, give it a scale and a mean"
    " again. The noise of noisy BatchNorm follows, with a new mean and a new spread for each channel at every step.",
    formula="ŷ = (y − μ) / √(σ² + ε), z = γ·ŷ + β; with noise s·z + m, s ~ N(σ′, 0.1²), m ~ U(μ′ ± 0.1)",
    latex=r"\hat{y} = \frac{y - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \quad z = \gamma \hat{y} + \beta",
    unit="that of the activations",
    source="Ioffe & Szegedy 2015, algorithm 1; Santurkar et al. 2018, algorithm 1 (noise)",
    reading="Without weight and bias the batch always has mean 0 and deviation 1, whatever the layers before do: what"
    " they learn cannot shift it. With noise it drifts again at every step, more than without BatchNorm; that networks"
    " learn all the same is why stable distributions do not explain BatchNorm.",
    cost="nothing: the batch is made up",
)
