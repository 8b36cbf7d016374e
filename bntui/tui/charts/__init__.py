"""Views drawn in terminal cells: axes, polylines, colormaps, braille."""
