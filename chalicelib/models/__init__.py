"""Projects, their images and their models."""
