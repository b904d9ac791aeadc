"""The page of a trial: what a version says of images, for a person to confirm or correct."""
