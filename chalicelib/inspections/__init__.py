"""Inspect uploaded images, store the verdicts, find them, and publish them on the event bus."""
