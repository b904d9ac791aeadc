"""The detector: images in, predictions out. It knows arrays, and nothing of where images come from.

`features` turns pixels into features, `scoring` turns features into scores, `training` makes a detector of photos.
"""
