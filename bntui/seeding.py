"""Random keys: every source of randomness has a key of its own, derived from the run's seed and the source's name.

So no source depends on how often another one is used.
"""

from __future__ import annotations

import hashlib


def random_key(seed: int, *names: str | int) -> int:
    """Return a generator's seed in [0, 2⁶³), the same on every machine and in every Python."""
    text = "/".join(map(str, (seed, *names)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
