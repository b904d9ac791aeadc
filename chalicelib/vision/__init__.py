"""The detector: images in, findings out. It knows arrays and nothing of where images come from."""
