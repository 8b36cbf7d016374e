"""A part of a set of samples in which every class has its share."""

from __future__ import annotations

import random
from collections import Counter

from torch import Tensor

SUBSET_SEED = 20180529


def stratified(labels: Tensor, count: int) -> list[int]:
    """Return the indices of `count` samples, rising, with the classes in proportion; vectors count as one class.

    The order in which samples are taken is a fixed shuffle of their indices and not of any run's seed: all variants,
    and all runs of a sweep, are measured on the same samples, and a smaller part lies within a larger one.
    """
    classes = [0] * len(labels) if labels.is_floating_point() else labels.tolist()
    # `random.Random.random()` is the one stream that Python promises never to change.
    generator = random.Random(SUBSET_SEED)
    keys = [generator.random() for _ in classes]
    sizes, taken = Counter(classes), Counter[int]()
    places = [0.0] * len(classes)
    for index in sorted(range(len(classes)), key=keys.__getitem__):
        # Sainte-Laguë's apportionment: the next place goes to the class that has the smallest part of its samples.
        places[index] = (taken[classes[index]] + 0.5) / sizes[classes[index]]
        taken[classes[index]] += 1
    return sorted(sorted(range(len(classes)), key=lambda index: (places[index], keys[index]))[:count])
