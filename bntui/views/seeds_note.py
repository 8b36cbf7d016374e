"""Several seeds in a figure: how they are drawn, and the phrase of the note that says so."""

from __future__ import annotations

from bntui.views.band import Band
from bntui.views.draw_options import MOST_BANDS, DrawOptions, Seeds
from bntui.views.figure import Figure


def shown_seeds(figure: Figure, options: DrawOptions) -> Seeds:
    """Return how several seeds are drawn: of maps and many curves only means, of ranges no intervals."""
    if figure.colored or len(figure.seed_counts) > MOST_BANDS:
        return Seeds.MEAN
    return Seeds.MEAN if isinstance(figure, Band) and options.seeds is Seeds.BAND else options.seeds


def seeds_note(figure: Figure, options: DrawOptions) -> str:
    """Return the number of seeds, and whether means, intervals or each one are drawn; '' without several."""
    if not figure.seed_counts:
        return ""
    form = {Seeds.BAND: "95 % over {} seeds", Seeds.EACH: "{} seeds", Seeds.MEAN: "mean of {} seeds"}
    return form[shown_seeds(figure, options)].format(max(figure.seed_counts))
