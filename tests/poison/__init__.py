"""Generated poison on every queue, the stream, the bus, every table, the lake and the bucket, followed to its end."""
