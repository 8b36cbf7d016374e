"""The phrase of a figure's note that says how several seeds are drawn."""

from __future__ import annotations

from bntui.views.chart import Chart
from bntui.views.draw_options import MOST_BANDS, DrawOptions, Seeds
from bntui.views.figure import Figure
from bntui.views.heatmap import Heatmap
from bntui.views.profile import Profile


def seeds_note(figure: Figure, options: DrawOptions) -> str:
    """Return the number of seeds, and whether means, intervals or each one are drawn; '' without several."""
    counts = figure.seed_counts
    if not counts:
        return ""
    text = f"{max(counts)} seeds"
    if options.seeds is Seeds.EACH and not isinstance(figure, Heatmap):
        return text
    intervals = options.seeds is Seeds.BAND and isinstance(figure, Chart | Profile) and len(counts) <= MOST_BANDS
    return f"95 % over {text}" if intervals else f"mean of {text}"
