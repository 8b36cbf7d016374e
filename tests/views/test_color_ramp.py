"""The color ramp of heatmaps."""

import numpy as np
import pytest

from bntui.views.color_ramp import ramp


@pytest.mark.parametrize("dark", [True, False])
def test_the_colors_rise_evenly_in_lightness(dark):
    def lightness(rgb):
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in np.array(rgb) / 255]
        luminance = float(np.dot([0.2126, 0.7152, 0.0722], linear))
        return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance

    steps = np.diff([lightness(rgb) for rgb in ramp(dark)]) * (1 if dark else -1)
    assert steps.min() > 0.4 * steps.mean() and steps.max() < 2 * steps.mean()
