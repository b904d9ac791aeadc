"""From an uploaded image to its stored verdict, and from there to the event bus."""
