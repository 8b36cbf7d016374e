"""Random keys: every source of randomness gets its own, derived from the run's seed and its name.

So no source depends on how often another one was drawn from, and what is not used disturbs nothing.
"""

from __future__ import annotations

import hashlib


def random_key(seed: int, *names: str | int) -> int:
    """A key in [0, 2⁶³) for a generator, the same on every machine and in every Python."""
    text = "/".join(map(str, (seed, *names)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
