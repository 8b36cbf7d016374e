"""Reports of runs: one HTML file to read, and tables and figures for a paper."""
