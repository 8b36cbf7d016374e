"""Many runs of one experiment: the points of a grid, and what they came to."""
