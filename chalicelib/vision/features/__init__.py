"""Pixels to features: a photo at the working size, aligned, as two grids of vectors."""
