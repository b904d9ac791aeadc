"""A version judges live images beside the hosted one, and nobody acts on it."""
