"""The drift watch: since when which camera sees in another way, and of what kind the change is."""
