"""Plumbing that knows no capability: settings, clients, queues, the event bus, the log."""
