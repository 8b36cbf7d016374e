"""Which variants and layers are shown, and whether as values or as differences between variants."""

from __future__ import annotations

from bntui.run.series.history import Curves
from bntui.views.selection import Differences, Selection, from_first, successive


class CurveFilter:
    """Hidden variants, a text filter on the names of variants and layers, and the difference mode."""

    def __init__(self) -> None:
        self.hidden: frozenset[str] = frozenset()
        self.text = ""
        self._mode = 0
        self._key: object = None
        self._results: dict[int, tuple[Curves, Differences | None]] = {}

    def toggle(self, variants: tuple[str, ...]) -> None:
        """Hide variants, or show them again if all are hidden."""
        self.hidden = self.hidden - {*variants} if self.hidden.issuperset(variants) else self.hidden | {*variants}

    def next_mode(self, variants: int) -> None:
        """Go on to the next mode: values, minus the previous variant, minus the first (given more than two)."""
        self._mode = (self._mode + 1) % (3 if variants > 2 else 2)

    def apply(self, history: Curves) -> tuple[Curves, Differences | None]:
        """Return the selected curves of a history, and their differences, or None in the mode of values.

        The result of each mode is kept until the selection or the history changes: differences are computed once.
        """
        info = history.info
        all_layers = layers_of(history)
        variants, layers = matching(self.text, info.variants, all_layers)
        shown = tuple(variant for variant in variants if variant not in self.hidden)
        key = (history, shown, layers)
        if key != self._key:
            self._key, self._results = key, {}
        if self._mode not in self._results:
            complete = shown == info.variants and layers == all_layers
            selection: Curves = history if complete else Selection(history, shown, layers)
            pairs = ([], successive(shown), from_first(shown))[self._mode]
            self._results[self._mode] = selection, Differences(history, pairs) if pairs else None
        return self._results[self._mode]


def layers_of(history: Curves) -> tuple[str, ...]:
    """Return all layers that have measurements, first to last, the hidden ones before others."""
    names = [*history.info.layers, *(column.layer for column in history.info.columns)]
    return tuple(name for name in dict.fromkeys(names) if name)


def matching(text: str, variants: tuple[str, ...], layers: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the variants and the layers that match a filter text; upper and lower case are the same.

    A word that is part of a variant's name selects variants; any other word selects layers. Several words of one kind
    are alternatives. A word that matches nothing is ignored, and without a word of a kind all of that kind are kept.
    """
    words = text.lower().split()
    variant_words = [word for word in words if any(word in name.lower() for name in variants)]
    layer_words = [word for word in words if word not in variant_words and any(word in name.lower() for name in layers)]
    return _with_any(variant_words, variants), _with_any(layer_words, layers)


def _with_any(words: list[str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if not words or any(word in name.lower() for word in words))
