"""See why Batch Normalization works: networks trained side by side, measured and drawn in the terminal."""

__version__ = "0.1.0"
