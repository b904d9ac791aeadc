"""Make the wanted hosting of projects real: a queue for each project, and workers that read it while it is hosted."""
