"""The other way to deploy: `chalice deploy` makes functions and API, a stack all else, `finish` what Chalice cannot."""
