"""Every venue has a column, fonts and font sizes."""

from __future__ import annotations

from bntui.figures.venues import names, venue


def test_every_venue_has_a_column_and_sizes_of_fonts() -> None:
    assert {"neurips2024", "icml2024", "iclr2024", "cvpr2024", "tmlr2023", "beamer"} <= set(names())
    for found in map(venue, names()):
        assert 3 < found.width < 7 and 1.5 < found.height <= found.tallest
        assert 5 < found.rc_params["legend.fontsize"] <= found.rc_params["font.size"] < 12


def test_columns_are_as_wide_as_the_venues() -> None:
    assert [venue(name).width for name in ("neurips2024", "icml2024")] == [5.5, 3.25]
