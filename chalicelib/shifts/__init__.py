"""The shift calendar of a project: when its model runs by itself."""
