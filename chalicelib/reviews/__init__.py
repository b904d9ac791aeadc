"""People confirm or correct verdicts; their answers are kept, published and learned from."""
