"""The shared vocabulary: images, inspections, events, errors."""
