"""Images and messages that got lost: found, explained, sent again."""
