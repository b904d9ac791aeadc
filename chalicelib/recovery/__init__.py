"""Find lost images and messages, say why they were lost, and send them again."""
