"""What Linewatch costs: at rest, from the template; for a million images, from requests that the bench counted."""
