"""The demonstration: images through the whole chain on the local AWS, and an account of every one of them."""
