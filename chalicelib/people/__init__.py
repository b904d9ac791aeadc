"""People: who may sign in, with which role, in which projects."""
