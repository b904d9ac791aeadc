"""Linewatch's tests."""

import os

# Before numpy is imported: on arrays as small as the tests' its threads only stand in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
