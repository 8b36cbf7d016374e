"""What the networks, variants and data sets that a preset names are, each in a phrase.

The registries themselves need torch, which reports do not load; a test compares the names.
"""

from __future__ import annotations

from collections.abc import Mapping

NETWORKS: Mapping[str, str] = {
    "vgg-mini": "six 3×3 convolutions and two linear layers",
    "blog-cnn": "two 5×5 convolutions and one linear layer",
    "sigmoid-mlp": "three linear layers of 100 sigmoids each, and one for the classes",
    "relu-mlp": "linear layers of ReLUs, three of 64 unless depth and width say otherwise, and one for the classes",
    "vgg": "VGG-A: eight 3×3 convolutions and three linear layers",
    "dln": "linear layers of 10×10 weights without nonlinearities, 25 unless depth says otherwise",
    "convex-relu": "one linear layer of ReLUs and one for the output, both without bias",
    "resnet": "a residual network of 3×3 convolutions, 20 layers unless n says otherwise",
    "linear": "linear functions without normalization, for each of 16 step sizes unless step_sizes says otherwise",
    "resnet-mini": "a narrow residual network of 3×3 convolutions, 20 layers unless n says otherwise",
}

VARIANTS: Mapping[str, str] = {
    "standard": "nothing",
    "bn": "BatchNorm",
    "noisy": "BatchNorm, and then noise with a new mean and a new spread at every step",
    "noisy-standard": "the same noise without BatchNorm",
    "bn-frozen-noise": "BatchNorm, and then Gaussian noise of a fixed distribution",
    "l1": "division by the mean ℓ1 norm, after the mean is subtracted",
    "l2": "division by the mean ℓ2 norm, after the mean is subtracted",
    "linf": "division by the mean ℓ∞ norm, after the mean is subtracted",
    "layernorm": "normalization of each sample over all channels",
    "groupnorm": "normalization of each sample over groups of channels",
    "wrs": "BatchNorm, with the weights before it rescaled to unit length after each update",
    "bn-detached": "BatchNorm whose statistics are constants to the gradient",
    "bn-population": "BatchNorm by running statistics, in training, too",
    "cbn-naive": "BatchNorm by the batches of several steps",
    "cbn": "BatchNorm by the batches of several steps, compensated for the change of weights between them",
    "bn-whitened": "BatchNorm, in a network whose inputs are whitened",
    "bn-truncated": "BatchNorm, in a network whose inputs are whitened and have their first principal directions only",
}
"""What follows each convolution and hidden linear layer, by kind."""

DATASETS: Mapping[str, str] = {
    "digits": "handwritten digits of 8×8 pixels, 1,500 for training and 297 for testing",
    "digits-few": "handwritten digits of 8×8 pixels, 200 for training and 297 for testing",
    "digits-noise": "150 handwritten digits of 8×8 pixels, each beside three channels of noise",
    "mnist": "handwritten digits of 28×28 pixels",
    "fashion-mnist": "pictures of clothes of 28×28 pixels",
    "kmnist": "handwritten characters of cursive Japanese of 28×28 pixels",
    "cifar10": "color photographs of 32×32 pixels in ten classes",
    "gaussian": "random vectors of ten numbers, and their products with one random matrix",
    "gaussian-decaying": "random vectors of twenty numbers whose directions vary less and less, and a noisy function of"
    " three of them",
    "gaussian-plane": "8 random vectors of two numbers, and one noisy linear function of each",
    "gaussian-wide": "12 random vectors of 20 numbers, and one linear function of each",
    "power-law-1": "random vectors of 200 numbers with variances 1/i, and three noisy linear functions of each",
    "power-law-2": "random vectors of 200 numbers with variances 1/i², and three noisy linear functions of each",
    "folder": "images from a folder",
}


def described(name: str, texts: Mapping[str, str]) -> str:
    """Return the name with its phrase in parentheses, and the name alone where there is none."""
    phrase = texts.get(name.partition(":")[0])
    return f"{name} ({phrase})" if phrase else name
