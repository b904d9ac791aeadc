"""Photos to a trained detector."""
