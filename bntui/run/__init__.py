"""One execution of an experiment: what is kept of it, on disk and in memory, and how it is steered."""
