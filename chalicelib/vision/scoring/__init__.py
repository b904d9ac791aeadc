"""Features to scores: each module holds one part of a trained model, how it is fitted and how it scores."""
