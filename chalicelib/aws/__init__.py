"""AWS code that all capabilities share: settings, clients, queues, the event bus, the log."""
