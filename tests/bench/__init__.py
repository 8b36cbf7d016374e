"""Benchmarks: ratios of two times measured alternately in one process. `python -m tests.bench` runs all of them."""
