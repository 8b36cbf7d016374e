"""Claims of Santurkar et al. 2018 and of the blog post, checked against the measurements of runs.

A claim is a row of data in `catalogue.CLAIMS`. `check.check` takes runs, live or read back, and gives a verdict on
each claim with effect and interval: for one run over its steps, for several over their seeds.
"""
