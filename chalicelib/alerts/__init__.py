"""Telling people about inspections that need them."""
