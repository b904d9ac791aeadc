"""Makes the examples of the OpenAPI document: `python -m tests.http.examples` asks the API on fakes at a fixed time."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

import time_machine

import app
from chalicelib.access.domain import Role
from chalicelib.core.errors import ImageIdTaken, NotInspectedYet
from chalicelib.inspections.search import as_json
from chalicelib.uploads.request import request_legacy_upload, request_upload, request_uploads
from chalicelib.uploads.s3 import S3UploadSigner
from linewatch.dev.openapi.examples import EXAMPLES, Example
from tests.http.asked import Asked, inspections
from tests.http.conftest import Api, an_api
from tests.http.examples_of_administration import of_administration
from tests.http.examples_of_models import of_models
from tests.http.examples_of_people import of_people
from tests.http.examples_of_reviews import of_pages, of_reviews
from tests.shifts.world import EARLY
from tests.support.builders import JPEG, NOON
from tests.support.deployment import SETTINGS, aws_clients
from tests.support.fake_uploads import FakeInspector, FakeWriter

SHIFTS = "/projects/plates/shifts"
CALENDAR = "text/calendar"
IMAGE = {
    "line": "line-1",
    "camera": "cam-1",
    "captured_at": "2026-03-14T13:00:00+01:00",
    "content_type": "image/jpeg",
    "size_bytes": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


def prepared(api: Api) -> Asked:
    """Two inspections, a camera's key, a key for another camera, and three people's."""
    uploads, clock = api.linewatch.uploads, api.linewatch.platform.clock
    for each in inspections():
        api.inspections.commit(each)
    inspector = FakeInspector(answer=as_json(inspections()[0]))
    uploads.writer, uploads.inspector = FakeWriter(), inspector
    known: dict[str, Any] = {
        "signer": uploads.signer,
        "clock": clock,
        "new_id": lambda: "5e1c7f0a9b3d4c2e8f6a1b0c9d8e7f60",
    }
    uploads.request_upload = partial(request_upload, **known)
    uploads.request_uploads = partial(request_uploads, **known)
    uploads.request_legacy_upload = partial(request_legacy_upload, **known)
    asked = Asked(api, inspector)
    asked.add_key("cam", Role.CAMERA)
    asked.add_key("cam-2", Role.CAMERA, cameras=("cam-2",))
    asked.add_key("anna", Role.OPERATOR)
    asked.add_key("ben", Role.VIEWER)
    asked.add_key("eva", Role.ADMIN)
    return asked


def examples(api: Api) -> list[Example]:
    """All of them, asked in this order."""
    with time_machine.travel(NOON, tick=False):
        asked = prepared(api)
        parts = (
            _of_images,
            _of_uploads,
            _of_searches,
            _of_queues,
            _of_shifts,
            of_pages,
            of_administration,
            of_reviews,
            of_models,
            of_people,
        )
        return [each for part in parts for each in part(asked)]


def _of_images(asked: Asked) -> Iterator[Example]:
    inspect = partial(asked.ask, "inspect_now", body=JPEG, kind="image/jpeg")
    request = "POST /inspections?line=line-1&camera=cam-1&image_id=part-7"
    yield inspect("anomalous", request)
    asked.inspector.fault = NotInspectedYet(
        inspections()[0].inspection_id, "project 'plates' has no live model version"
    )
    yield inspect("not yet", request)
    asked.inspector.fault = ImageIdTaken(
        "another image of this camera and day has this image id: give each image its own"
    )
    yield inspect("taken", request)


def _of_uploads(asked: Asked) -> Iterator[Example]:
    yield asked.ask("request_upload", "one image", "POST /uploads", IMAGE)
    yield asked.ask("request_upload", "no size", "POST /uploads", IMAGE | {"size_bytes": 0})
    two = {"images": [IMAGE | {"image_id": "part-7"}, IMAGE | {"image_id": "part-8", "camera": "cam-2"}]}
    yield asked.ask("request_uploads", "two images", "POST /uploads/batch", two)
    yield asked.ask(
        "request_legacy_upload", "one image", "GET /getsignedurl?cameraid=cam-1&assemblylineid=line-1&imageid=part-7"
    )


def _of_searches(asked: Asked) -> Iterator[Example]:
    found, unknown = f"GET /inspections/{inspections()[0].inspection_id}", "GET /inspections/not-known"
    yield asked.ask("list_inspections", "one page", "GET /inspections?line=line-1&limit=1", who="ben")
    yield asked.ask("find_inspection", "anomalous", found, who="ben")
    yield asked.ask("find_inspection", "unknown", unknown, who="ben")
    yield asked.ask("find_inspection", "of another camera", found, who="cam-2")


def _of_queues(asked: Asked) -> Iterator[Example]:
    depths = asked.api.depths
    depths.count, depths.age = 12, timedelta(seconds=40)
    yield asked.ask("find_queue", "twelve wait", "GET /projects/plates/queue", who="ben")
    depths.count = None
    yield asked.ask("find_queue", "none of its own", "GET /projects/plates/queue", who="ben")


def _of_shifts(asked: Asked) -> Iterator[Example]:
    ask, early = partial(asked.ask, who="anna"), EARLY.decode()
    yield ask("set_shifts", "an early shift", f"PUT {SHIFTS}?grace_minutes=5", early, kind=CALENDAR)
    yield ask("set_shifts", "a broken file", f"PUT {SHIFTS}", early.replace("DAILY", "NEVER"), kind=CALENDAR)
    yield asked.ask("show_shifts", "a week", f"GET {SHIFTS}?day=2026-03-16", who="ben")
    yield ask("show_shift_file", "an early shift", f"GET {SHIFTS}/file")
    overridden = {"run": True, "until": "2026-03-14T18:00:00+01:00"}
    yield ask("override_shifts", "run until six", f"PUT {SHIFTS}/override", overridden)
    yield ask("follow_shifts", "by the calendar", f"DELETE {SHIFTS}/override")
    day = {"at": "18:30", "zone": "Europe/Berlin", "prefix": "line-1"}
    yield ask("set_end_of_day", "one line", f"PUT {SHIFTS}/end-of-day", day)
    yield ask("show_end_of_day", "one line", f"GET {SHIFTS}/end-of-day")
    yield ask("remove_end_of_day", "removed", f"DELETE {SHIFTS}/end-of-day")
    yield ask("remove_shifts", "removed", f"DELETE {SHIFTS}")


def signer() -> S3UploadSigner:
    """Signs for the bucket of the examples."""
    return S3UploadSigner(aws_clients().s3_signer, SETTINGS.bucket)


def text_of(made: list[Example]) -> str:
    """The content of the file."""
    return json.dumps([asdict(each) for each in made], indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    fresh = an_api(signer())
    app.linewatch = fresh.linewatch
    EXAMPLES.write_text(text_of(examples(fresh)), encoding="utf-8")
