"""Compare a version with the hosted one on stored images, promote it, roll back, retrain."""
