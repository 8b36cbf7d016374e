"""Claims of Santurkar et al. 2018 and of the blog post, checked against the measurements of runs.

A claim is a row of data in `catalogue.CLAIMS`. `check.check` takes runs, live or read back, and gives the effect
of each: for one run, and for two, without a verdict; from three on, runs that differ in their seed alone, with an
interval over the seeds and a verdict. The verdicts given together are all true with a probability of 95 %.
"""
