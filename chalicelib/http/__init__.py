"""How every route reads a request and answers it."""
