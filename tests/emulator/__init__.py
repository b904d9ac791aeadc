"""The deployed app on the local AWS, from a camera to the lake."""
