"""The camera client: sends a folder's images to Linewatch, surely and once, and learns what became of them."""
