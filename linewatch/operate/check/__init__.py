"""Checks of a running stage: known images through the whole chain, and what people would look at."""
