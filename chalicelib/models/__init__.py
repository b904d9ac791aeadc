"""Models: the data sets that they learn from, training, evaluation, and the networks that they take features from."""
