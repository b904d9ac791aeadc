"""People see small pictures of the images of a data set, and of nothing else that is stored."""

from dataclasses import replace
from io import BytesIO
from urllib.parse import urlencode

import pytest
from chalice.test import HTTPResponse
from PIL import Image

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import PictureUnavailable
from chalicelib.core.small_picture import ImageObject
from chalicelib.projects.change_images import Changes
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.image_lines import Labelling
from tests.http.conftest import Api
from tests.support.fake_projects import FakeEntries, FakeWaker

ADMIN = Grant("eva", Role.ADMIN, "plates")
KEY = "datasets/plates/images/a b+&ü.jpg"
SOURCE = f"s3://bucket/{KEY}"
UPLOADED = "s3://bucket/images/plates/line-1/cam-1/2026-03-14/part-1"
OF_BOLTS = "s3://bucket/datasets/bolts/images/b.jpg"


@pytest.fixture(autouse=True)
def entries(api: Api) -> FakeEntries:
    """The training data sets of two projects; all their images are stored."""
    projects = api.linewatch.projects
    projects.entries, projects.waker = FakeEntries(), FakeWaker()
    written = BytesIO()
    Image.new("RGB", (1200, 900), (200, 40, 40)).save(written, "JPEG")
    for project, sources in (("plates", (SOURCE, UPLOADED)), ("bolts", (OF_BOLTS,))):
        admin = replace(ADMIN, project=project)
        projects.create_project(project, admin)
        changes = Changes(add=tuple(Labelling(source, "normal") for source in sources))
        projects.change_images(project, DatasetType.TRAIN, changes, admin)
        api.pictures.contents |= {source.removeprefix("s3://bucket/"): written.getvalue() for source in sources}
    assert isinstance(projects.entries, FakeEntries)
    return projects.entries


def picture(
    api: Api, source: str | None = SOURCE, *, side: int = 320, token: str = "", place: str = "plates/datasets/train"
) -> HTTPResponse:
    asked = urlencode({} if source is None else {"source": source, "longest_side": side})
    headers = {"Authorization": token or api.key(Role.VIEWER), "Accept": "image/jpeg"}
    return api.http.get(f"/projects/{place}/picture?{asked}", headers=headers)


@pytest.mark.parametrize("source", [SOURCE, UPLOADED])
def test_a_picture_of_an_image_of_the_data_set_is_a_jpeg_of_the_size_that_is_asked_for(api: Api, source: str) -> None:
    for side, size in ((320, (320, 240)), (64, (64, 48))):
        answer = picture(api, source, side=side)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert Image.open(BytesIO(answer.body)).size == size
    assert {each.image for each in api.pictures.asked} == {ImageObject("bucket", source.removeprefix("s3://bucket/"))}


@pytest.mark.parametrize(
    "source",
    [
        OF_BOLTS,
        "s3://bucket/datasets/plates/images/in-no-data-set.jpg",
        "s3://bucket/datasets/plates/images/../../bolts/images/b.jpg",
        "s3://bucket/models/plates/1.safetensors",
        "s3://other/" + KEY,
        KEY,
        SOURCE + " ",
        SOURCE.upper(),
        "file:///etc/passwd",
        "",
    ],
)
def test_what_is_no_image_of_the_data_set_is_not_shown_wherever_it_lies(api: Api, source: str) -> None:
    api.pictures.contents["datasets/plates/images/in-no-data-set.jpg"] = api.pictures.contents[KEY]
    answer = picture(api, source)
    assert (answer.status_code, answer.json_body["code"]) == (404, "NotFound")
    assert answer.json_body["message"] == f"the train data set has no image {source}"
    assert not api.pictures.asked


def test_a_key_sees_no_picture_of_another_project(api: Api) -> None:
    assert picture(api, OF_BOLTS, place="bolts/datasets/train").status_code == 403
    bolts = api.key(Role.ADMIN, "bolts")
    assert picture(api, token=bolts).status_code == 403
    assert picture(api, token=bolts, place="bolts/datasets/train").status_code == 404
    assert picture(api, token=api.key(Role.CAMERA)).status_code == 403
    assert not api.pictures.asked


def test_an_entry_that_lies_outside_of_the_project_is_not_shown(api: Api, entries: FakeEntries) -> None:
    """Entries that were stored before this was checked may name anything."""
    for revision in [each for each in entries.revisions if each[0] == "plates"]:
        entries.revisions[revision].append(f'{{"source-ref": "{OF_BOLTS}"}}'.encode())
    assert picture(api).status_code == 200
    assert picture(api, OF_BOLTS).status_code == 404


def test_an_image_that_was_removed_from_the_data_set_is_not_shown_any_more(api: Api) -> None:
    assert picture(api).status_code == 200
    gone = Changes(remove=(SOURCE,))
    api.linewatch.projects.change_images("plates", DatasetType.TRAIN, gone, ADMIN)
    assert picture(api).status_code == 404
    assert picture(api, UPLOADED).status_code == 200


@pytest.mark.parametrize("place", ["plates/datasets/test", "plates/datasets/all"])
def test_without_a_data_set_there_is_no_picture(api: Api, place: str) -> None:
    assert picture(api, place=place).status_code == 404


def test_what_is_asked_for_is_bounded(api: Api) -> None:
    for side in (63, 2049):
        answer = picture(api, side=side)
        assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "longest_side")
    for source in (None, "s3://bucket/" + "a" * 1100):
        answer = picture(api, source)
        assert (answer.status_code, answer.json_body["errors"][0]["field"]) == (400, "source")
    url = f"/projects/plates/datasets/train/picture?{urlencode({'source': SOURCE})}"
    assert api.get(url, api.key(Role.VIEWER)).json_body["errors"][0]["field"] == "Accept"


def test_a_picture_that_cannot_be_made_says_why_and_whether_to_try_again(api: Api) -> None:
    del api.pictures.contents[UPLOADED.removeprefix("s3://bucket/")]
    answer = picture(api, UPLOADED)
    assert (answer.status_code, answer.json_body["message"]) == (404, f"{UPLOADED} has no picture: object is gone")
    api.pictures.contents[KEY] = b"no image"
    answer = picture(api)
    assert (answer.status_code, "neither a JPEG nor a PNG" in answer.json_body["message"]) == (404, True)
    api.pictures.fault = PictureUnavailable("try again")
    assert picture(api).status_code == 503


def test_the_pictures_of_a_list_read_the_data_set_once(api: Api, entries: FakeEntries) -> None:
    for _ in range(3):
        assert picture(api).status_code == 200
    entries.revisions.clear()
    assert picture(api, UPLOADED).status_code == 200
