"""Projects, their data sets and their model versions."""
