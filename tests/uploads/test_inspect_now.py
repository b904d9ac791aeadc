"""One request stores an image and gets its verdict."""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import md5
from itertools import count
from typing import Any

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden, InvalidRequest, NotInspectedYet
from chalicelib.core.image import LARGEST_BYTES, image_id_of
from chalicelib.uploads.inspect_now import SentImage, inspect_now
from tests.support.builders import JPEG, NOON, FakeClock
from tests.support.fake_uploads import FakeInspector, FakeWriter

GRANT = Grant("k", Role.CAMERA, "plates", ("line-1",), ("cam-*",))


@dataclass
class World:
    """A bucket and an inspector."""

    writer: FakeWriter = field(default_factory=FakeWriter)
    inspector: FakeInspector = field(default_factory=FakeInspector)
    ids: Any = field(default_factory=count)

    def send(self, content: bytes = JPEG, **said: Any) -> str:
        sent = SentImage.model_validate({"line": "line-1", "camera": "cam-1"} | said)
        return inspect_now(
            sent,
            content,
            GRANT,
            writer=self.writer,
            inspector=self.inspector,
            clock=FakeClock(),
            new_id=lambda: f"c{next(self.ids)}",
        )


def test_the_image_is_stored_as_an_upload_of_it_would_be() -> None:
    world = World()
    world.send(image_id="part-7", facility="north", captured_at="2026-03-14T10:00:00+01:00")
    [(terms, content)] = world.writer.stored.values()
    assert (terms.key, content) == ("images/plates/line-1/cam-1/2026-03-14/part-7", JPEG)
    assert (terms.content_type, terms.size_bytes, terms.once) == ("image/jpeg", len(JPEG), True)
    assert terms.metadata == {
        "captured-at": "2026-03-14T09:00:00+00:00",
        "correlation-id": "c0",
        "facility": "north",
    }


def test_the_answer_is_the_inspection_of_exactly_this_content() -> None:
    world = World()
    assert world.send(image_id="part-7") == "the inspection"
    [request] = world.inspector.asked
    assert (request.image.bucket, request.image.size_bytes) == ("bucket", len(JPEG))
    assert request.image.etag == md5(JPEG, usedforsecurity=False).hexdigest()
    assert not request.existed


def test_without_a_time_the_image_was_captured_now_and_without_an_id_it_gets_its_own() -> None:
    world = World()
    world.send()
    [key] = world.writer.stored
    assert key.startswith(f"images/plates/line-1/cam-1/{NOON.date()}/")
    assert key.endswith(image_id_of("cam-1", world.writer.stored[key][0].sha256 or ""))


def test_the_same_request_again_stores_nothing_and_says_that_the_key_existed() -> None:
    world = World()
    world.send(image_id="part-7")
    world.send(image_id="part-7")
    assert len(world.writer.stored) == 1
    assert [request.existed for request in world.inspector.asked] == [False, True]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"GIF89a", "neither a JPEG nor a PNG"), (b"", "neither a JPEG"), (JPEG + bytes(LARGEST_BYTES), "at most")],
)
def test_what_is_no_image_is_refused_and_not_stored(content: bytes, words: str) -> None:
    world = World()
    with pytest.raises(InvalidRequest, match=words):
        world.send(content)
    assert not world.writer.stored
    assert not world.inspector.asked


def test_a_camera_of_another_scope_and_a_clock_that_is_wrong_are_refused() -> None:
    world = World()
    with pytest.raises(Forbidden):
        world.send(camera="other")
    with pytest.raises(InvalidRequest, match="5 minutes ahead"):
        world.send(captured_at=(NOON + timedelta(hours=1)).isoformat())
    assert not world.writer.stored


def test_without_a_verdict_in_time_the_image_stays_stored() -> None:
    world = World(inspector=FakeInspector(NotInspectedYet("i1", "no model")))
    with pytest.raises(NotInspectedYet, match="the image is stored and will be inspected"):
        world.send()
    assert world.writer.stored
