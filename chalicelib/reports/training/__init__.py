"""A report on a trained detector: one HTML file, for people who answer for quality."""
