"""The demonstration: send images through a local stack, and check what happened to each of them."""
