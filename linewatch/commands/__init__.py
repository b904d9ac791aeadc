"""One command line command per module, loaded only when it is asked for."""
