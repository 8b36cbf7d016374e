"""Numbers of a column have their decimal points below one another."""

from bntui.report.decimal_columns import aligned

DIGIT, POINT = "\u2007", "\u2008"


def test_missing_decimals_are_spaces() -> None:
    assert aligned(["0.631", "−0.0177", "12", "", "not reached"]) == [
        f"0.631{DIGIT}",
        "−0.0177",
        f"12{POINT}{DIGIT * 4}",
        "",
        "not reached",
    ]


def test_half_widths_stand_below_one_another() -> None:
    assert aligned(["69.5 ± 102.9", "100.0 ± 0.0"]) == ["69.5 ± 102.9", f"100.0 ± {DIGIT * 2}0.0"]
    alone, pair = aligned(["5.0", "6.0 ± 1.0"])
    assert (pair, alone.rstrip(DIGIT), len(alone)) == ("6.0 ± 1.0", "5.0", len(pair))


def test_both_ends_of_intervals_stand_below_one_another() -> None:
    assert aligned(["0.1 … 0.30", "", "12.5 … 100"], " … ") == [
        f"0.1 … {DIGIT * 2}0.30",
        "",
        f"12.5 … 100{POINT}{DIGIT * 2}",
    ]


def test_whole_numbers_stay_as_they_are() -> None:
    assert aligned(["132", "17"]) == ["132", "17"]
