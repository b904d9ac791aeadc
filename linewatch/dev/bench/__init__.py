"""Measure the time, requests and bytes of Linewatch. No test asserts these figures, because machines differ."""
