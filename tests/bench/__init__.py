"""Benchmarks: ratios of two things measured alternately in one run. `python -m tests.bench` runs them all."""
