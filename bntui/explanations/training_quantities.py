"""Loss, accuracy and gradient of the whole network, and what a step does to the loss."""

from __future__ import annotations

from bntui.explanations.explanation import Explanation

_OWN_PASS = "nothing: the step's own pass gives it"
_TEST_PASS = "one forward pass over the test set, or over `probes.test.samples` images of it"

TRAINING = (
    Explanation(
        probe="train",
        names=("loss",),
        title="training loss",
        what="The loss of the step's batch before its update, in training mode, so that BatchNorm normalizes by the"
        " batch's own statistics. It is the mean cross-entropy; where a network predicts numbers, the sum of squares.",
        formula="L(θₜ; bₜ) = −(1/m) Σᵢ log p(labelᵢ | imageᵢ), or Σᵢ ‖outputᵢ − targetᵢ‖²",
        latex=r"L(\theta_t; b_t) = -\frac{1}{m}\sum_{i=1}^{m} \log p_{\theta_t}(\ell_i \mid x_i)",
        unit="nats; for numbers, their unit squared",
        source="Ioffe & Szegedy 2015, section 1",
        reading="Guessing gives ln(classes), 2.30 for ten classes. A curve that falls is a network that learns; one"
        " that stays level does not. A network that diverges climbs first; then its loss is not finite, and its curve"
        " ends at ✖.",
        cost=_OWN_PASS,
    ),
    Explanation(
        probe="train",
        names=("accuracy",),
        title="training accuracy",
        what="The share of the step's batch that is classified correctly, before its update and in training mode.",
        formula="(1/m) Σᵢ [argmax outputᵢ = labelᵢ]",
        latex=r"\frac{1}{m}\sum_{i=1}^{m} \mathbf{1}[\arg\max_k z_{ik} = \ell_i]",
        unit="share, 0 to 1",
        source="Santurkar et al. 2018, figures 1 and 2",
        reading="Guessing gives 0.1 for ten classes of equal size. A batch of 64 scatters by 0.03 to 0.06 about the"
        " mean: compare smoothed curves, over several seeds. A variant that diverged has no accuracy from there on,"
        " and claims count it as 0.",
        cost=_OWN_PASS,
    ),
    Explanation(
        probe="test",
        names=("accuracy",),
        title="test accuracy",
        what="The share of the test set that is classified correctly after as many updates as the step says, in"
        " evaluation mode: running statistics normalize, and noise stays on unless `noise.evaluation` is false.",
        formula="(1/n) Σᵢ [argmax outputᵢ = labelᵢ]",
        latex=r"\frac{1}{n}\sum_{i=1}^{n} \mathbf{1}[\arg\max_k z_{ik} = \ell_i]",
        unit="share, 0 to 1",
        source="Santurkar et al. 2018, figure 1; Ioffe & Szegedy 2015, section 3.1",
        reading="Near the training accuracy, the network generalizes; below it by a growing distance, it overfits."
        " Far below from the beginning, the running statistics do not describe the activations: after few steps, or"
        " where noise of training is missing in evaluation.",
        cost=_TEST_PASS,
    ),
    Explanation(
        probe="test",
        names=("loss",),
        title="test loss",
        what="The loss of the test set, in evaluation mode, of a network that predicts numbers and has no accuracy.",
        formula="L(θₜ; test set) = Σᵢ ‖outputᵢ − targetᵢ‖²",
        latex=r"L(\theta_t; \mathrm{test}) = \sum_{i=1}^{n} \|z_i - y_i\|_2^2",
        unit="that of the numbers, squared",
        source="Santurkar et al. 2018, section 2.2 (deep linear networks)",
        reading="A sum over samples: compare it between variants, not with the training loss of another number of"
        " samples. It falls while the network learns, and is not finite where a variant diverges.",
        cost=_TEST_PASS,
    ),
    Explanation(
        probe="test_error",
        names=("unexplained",),
        title="test error",
        what="The mean squared error on the test set, in evaluation mode, divided by the variance of the targets, of a"
        " network that predicts numbers: the share of the variance that it does not explain.",
        formula="Σᵢ ‖outputᵢ − targetᵢ‖² / Σᵢ ‖targetᵢ − mean‖²",
        latex=r"\sum_i \|z_i - y_i\|_2^2 / \sum_i \|y_i - \bar{y}\|_2^2",
        unit="ratio",
        source="Ergen, Sahiner et al. 2021; 1 − R² of statistics",
        reading="1 is as good as the mean of the targets, 0 is perfect; noise in the targets is a floor. A curve that"
        " falls and then climbs is a network that begins to fit noise.",
        cost=_TEST_PASS,
    ),
    Explanation(
        probe="gradient",
        names=("norm",),
        title="gradient norm",
        what="The length of the step's gradient with respect to all parameters: how steep the loss is.",
        formula="‖g‖₂, g = ∇L(θₜ; bₜ)",
        latex=r"\|\nabla_\theta L(\theta_t; b_t)\|_2",
        unit="loss per unit of parameter",
        source="Santurkar et al. 2018, section 3.1",
        reading="A short step of plain SGD reduces the loss by about lr·‖g‖². Smooth: an even curve that falls with"
        " the loss. Rough: spikes, after which the loss jumps. A curve that climbs by orders of magnitude precedes"
        " divergence.",
        cost="no pass: the length of the gradient that the step has anyway",
    ),
    Explanation(
        probe="rate",
        names=("lr",),
        title="learning rate",
        what="The learning rate of the step's update, which the schedule may have changed since the start.",
        formula="ηₜ, as in θₜ₊₁ = θₜ − ηₜ·∇L(θₜ; bₜ) for plain SGD",
        latex=r"\eta_t",
        unit="distance in the parameters per unit of gradient",
        source="Bjorck et al. 2018, who lower the rate where learning plateaus",
        reading="Level without a schedule. Steps down are milestones or plateaus; where the loss falls at such a step,"
        " the rate before it was too large for what was left to learn.",
        cost="no pass",
    ),
    Explanation(
        probe="step_loss",
        names=("change",),
        title="loss change by a step",
        what="The loss of the batch after its update minus its loss before, with the same batch and noise: what the"
        " step did for the samples that it was made of. After the update it is still the loss in training mode.",
        formula="L(θₜ₊₁; bₜ) − L(θₜ; bₜ)",
        latex=r"L(\theta_{t+1}; b_t) - L(\theta_t; b_t)",
        unit="that of the loss",
        source="Santurkar et al. 2018, section 3.1, figure 4a at the length of the step",
        reading="Below 0 the step helped. On a smooth loss it is about −lr·‖g‖², and small. Positive values are steps"
        " that went too far: the loss is rough at this learning rate. Ever larger ones precede divergence.",
        cost="one forward pass",
    ),
    Explanation(
        probe="step_loss",
        names=("jump",),
        title="loss jump",
        what="The absolute difference between the losses of two successive steps, so of two batches; undefined at"
        " step 0.",
        formula="|L(θₜ; bₜ) − L(θₜ₋₁; bₜ₋₁)|",
        latex=r"|L(\theta_t; b_t) - L(\theta_{t-1}; b_{t-1})|",
        unit="that of the loss",
        source="Bektursun 2018, on smoothness",
        reading="Small is smooth. It holds the scatter between batches as well as the effect of the step, so it does"
        " not fall to 0; `loss change by a step` has the effect alone.",
        cost="no pass: the losses of two steps",
    ),
)
