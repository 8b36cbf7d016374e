"""Exports: the scalars of runs as one table, and the formats that write it."""
