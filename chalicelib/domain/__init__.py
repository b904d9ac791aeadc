"""What Linewatch knows about inspecting products, without any technology: the standard library only."""
