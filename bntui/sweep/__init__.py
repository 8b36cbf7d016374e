"""Sweeps: a grid of experiments, trained by several processes, of which the run store alone tells what is done."""
