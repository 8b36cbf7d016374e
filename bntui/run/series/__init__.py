"""Measurements in memory: curves of one run or several, block summaries, training speed."""
