"""One execution of an experiment: its storage on disk, its curves in memory, and its sources for screens."""
