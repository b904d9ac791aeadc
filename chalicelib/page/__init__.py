"""The page in the browser: a client of the API."""
