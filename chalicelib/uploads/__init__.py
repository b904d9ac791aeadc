"""Presigned uploads for cameras."""
