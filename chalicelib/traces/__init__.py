"""What happened to one image, from the camera to the lake."""
