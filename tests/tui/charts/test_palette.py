"""Variants differ, also for color-blind readers, and shades keep the order of values without colors."""

from itertools import combinations

import numpy as np
import pytest
from rich.color import Color

from bntui.tui.charts.colored_cells import CellDrawing, colored_cell
from bntui.tui.charts.palette import styles_for
from bntui.tui.terminal.capabilities import Capabilities, Colors, Markers
from bntui.views.color_ramp import LEVELS
from bntui.views.variant_mark import mark

# Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009),
# severity 1.0, on linear RGB.
CONE_RESPONSES = {
    "all": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
BACKGROUNDS = {True: ((18, 18, 18), (224, 224, 224)), False: ((224, 224, 224), (30, 30, 30))}


def _linear(color: Color) -> np.ndarray:
    parts = np.array(color.get_truecolor()) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    """CIE L*a*b*."""
    parts = TO_XYZ @ np.clip(linear, 0, 1) / WHITE
    x, y, z = np.where(parts > 216 / 24389, np.cbrt(parts), (24389 / 27 * parts + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def _first_six(dark: bool) -> list[Color]:
    styles = styles_for(*BACKGROUNDS[dark], dark, "#0178D4")
    return [styles.variant(style_index).color for style_index in range(6)]


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("vision", CONE_RESPONSES)
def test_any_two_of_the_first_six_variants_differ_in_every_kind_of_vision(dark, vision):
    labs = [_lab(CONE_RESPONSES[vision] @ _linear(color)) for color in _first_six(dark)]
    assert min(np.linalg.norm(a - b) for a, b in combinations(labs, 2)) > 15


@pytest.mark.parametrize("dark", [True, False])
def test_variants_contrast_with_the_background(dark):
    lights = [_linear(color) @ TO_XYZ[1] for color in [Color.from_rgb(*BACKGROUNDS[dark][0]), *_first_six(dark)]]
    for light in lights[1:]:
        assert (max(light, lights[0]) + 0.05) / (min(light, lights[0]) + 0.05) > 3


@pytest.mark.parametrize("dark", [True, False])
def test_variants_have_different_colors_of_sixteen(dark):
    styles = styles_for(*BACKGROUNDS[dark], dark, "#0178D4", False, Capabilities(Colors.ANSI))
    names = [styles.variant(style_index).color.name for style_index in range(9)]
    assert len(set(names)) == 9
    assert all(styles.variant(style_index).color.triplet is None for style_index in range(9))


def test_without_colors_only_marks_differ():
    styles = styles_for(*BACKGROUNDS[True], True, "#0178D4", False, Capabilities(Colors.NONE))
    styles = [
        styles.blank,
        styles.text,
        styles.bold,
        styles.muted,
        styles.focus,
        styles.error,
        *styles.strong,
        *styles.thin,
    ]
    assert all(style.color is None and style.bgcolor is None for style in styles)
    assert len({mark(style_index) for style_index in range(9)}) == 9


@pytest.mark.parametrize("markers", [Markers.BRAILLE, Markers.ASCII])
def test_shades_keep_the_order_of_values(markers):
    styles = styles_for(*BACKGROUNDS[True], True, "#0178D4", False, Capabilities(Colors.NONE, markers))
    drawing = CellDrawing(True, shades=styles.shades, has_ramp=styles.has_ramp)
    shown = [colored_cell(level, level, drawing) for level in range(LEVELS)]
    chars = [char for char, _ in shown]
    assert list(dict.fromkeys(chars)) == list(styles.shades)
    assert chars == sorted(chars, key=styles.shades.index)
    assert {style.color for _, style in shown} == {None}
    assert colored_cell(-1, LEVELS - 1, drawing) == shown[-1]
