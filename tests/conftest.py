"""For all tests: one computing thread a process, since the networks are small and several may run at once."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
