"""Numbers as text, on screens, in tables and in reports; negative numbers have a minus sign instead of a hyphen."""

from __future__ import annotations

import math

MISSING = "–"
"""Text in place of a value that was not measured."""

_LONGEST = 8
"""Characters of a label."""
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def significant(value: float | None) -> str:
    """Return three significant digits with trailing zeros, for columns of numbers: `0.500`, `12.3`, `1.2e−5`.

    At most five decimals; two digits in front of a power of ten below 1e-4 and from 1e4 on.
    """
    if value is None:
        return MISSING
    if math.isfinite(value) and 1e-4 <= abs(value) < 1e4:
        decimals = max(0, 2 - math.floor(math.log10(abs(value))))
        return _minus(f"{value:.{min(decimals, 5)}f}")
    return _shortest(value)


def compact(value: float) -> str:
    """Return at most eight characters, for labels and texts: three significant digits, as in `0.05` and `12,300`.

    Below 1e-4 and from 1e5 on two digits in front of a power of ten.
    """
    rounded = float(f"{value:.3g}")
    return _minus(f"{rounded:,.0f}") if 1e3 <= abs(rounded) < 1e5 else _shortest(value)


def _shortest(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = f"{value:.3g}"
    if "e" in text or len(text) > _LONGEST:
        mantissa, exponent = f"{value:.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return _minus(text)


def exact(value: float) -> str:
    """Return the fewest digits that distinguish a float32 from all others."""
    # The command line formats numbers, too, and need not wait for NumPy.
    import numpy as np

    return _minus(str(np.float32(value)))


def fixed(value: float) -> str:
    """Return two decimals; values that round to zero have no sign."""
    return _minus(f"{value + 0.0 if abs(value) >= 0.005 else 0.0:.2f}")


def percent(value: float | None) -> str:
    """Return a fraction as a percentage with one decimal."""
    if value is None:
        return MISSING
    return f"{value:.1%}" if math.isfinite(value) else compact(value)


def plus_minus(half_width: float, factor: float = 1.0) -> str:
    """Return the half width of an interval, times `factor`, with two significant digits; '' for NaN.

    From 100 to 9,999 all digits, which are no longer than a power of ten.
    """
    width = half_width * factor
    return "" if math.isnan(width) else _minus(f"±{width:{'.0f' if 99.5 <= width < 1e4 else '.2g'}}")


def rate(per_second: float) -> str:
    """Return a rate with one decimal below 100 and without decimals from there on."""
    return f"{per_second:,.0f}" if per_second >= 100 else f"{per_second:.1f}"


def clock(seconds: float) -> str:
    """Return a duration as m:ss or h:mm:ss."""
    whole = int(seconds + 0.5)
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def duration(seconds: float) -> str:
    """Return a time in words, as in `about 3 minutes`."""
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 1.5 * size:
            return f"about {seconds / size:.0f} {unit}"
    return f"about {max(seconds, 2):.0f} seconds"


def power_of_ten(power: int) -> str:
    """Return `10⁻²` for −2."""
    return "10" + str(power).translate(_SUPERSCRIPTS)


def _minus(text: str) -> str:
    return text.replace("-", "−")
