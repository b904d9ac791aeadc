"""Thresholds of versions: what each costs, and a version that decides at another one."""
