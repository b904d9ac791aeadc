"""The models that inspect images."""
