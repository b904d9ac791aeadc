"""One file per technology, each answering one or more ports."""
