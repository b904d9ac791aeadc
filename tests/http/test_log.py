"""Chalice logs in the same format as Linewatch."""

import json
import logging

from app import app


def test_chalice_logs_only_json() -> None:
    record = logging.LogRecord("linewatch", logging.ERROR, "app.py", 1, "Caught exception for path %s", ("/x",), None)
    lines = [handler.format(record) for handler in app.log.handlers if type(handler) is logging.StreamHandler]
    assert [json.loads(line)["message"] for line in lines] == ["Caught exception for path /x"]
