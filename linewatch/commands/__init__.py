"""The commands, one module for each. A module is imported only when its command runs."""
