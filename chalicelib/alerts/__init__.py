"""Alert people to inspections that need their attention."""
