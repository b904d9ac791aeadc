"""What administrators look after: the keys of a project, and the settings of the stage."""
