"""A report or a training as one signed file that somebody else can check and recompute."""
