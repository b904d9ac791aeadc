"""The repeatability study of a camera: the same parts several times, and how much of the spread is the camera's."""
