"""Entries and model files in S3; their fakes behave the same."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects import s3
from chalicelib.projects.domain import DatasetType, Location
from chalicelib.projects.errors import Conflict
from chalicelib.projects.ports import EntryStore, ModelFiles
from chalicelib.projects.s3 import S3Entries, S3ImageStore, S3ModelFiles
from tests.support.fake_projects import FakeEntries, FakeModelFiles

TRAIN, TEST = DatasetType.TRAIN, DatasetType.TEST


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="bucket")
        yield client


@pytest.fixture(params=["fake", "s3"])
def entries(request: pytest.FixtureRequest, client: Any) -> EntryStore:
    return FakeEntries() if request.param == "fake" else S3Entries(client, "bucket")


@pytest.fixture(params=["fake", "s3"])
def files(request: pytest.FixtureRequest, client: Any) -> ModelFiles:
    return FakeModelFiles() if request.param == "fake" else S3ModelFiles(client, "bucket")


def test_a_revision_is_read_as_it_was_written(entries: EntryStore) -> None:
    for lines in (["{}", '{"a": "ü"}'], []):
        entries.write("plates", TRAIN, "1-a", lines)
        assert entries.read("plates", TRAIN, "1-a") == [line.encode() for line in lines]


def test_an_unknown_revision_is_none(entries: EntryStore) -> None:
    assert entries.read("plates", TRAIN, "1-a") is None


def test_a_deletion_takes_the_revisions_of_a_data_set_and_of_those_before_it(entries: EntryStore) -> None:
    def revision(number: int, digit: str) -> str:
        return f"{number:010d}-{digit * 32}"

    gone = [revision(1, "a"), revision(2, "a"), revision(2, "b")]
    kept = [("plates", TRAIN, revision(10, "a")), ("plates", TEST, revision(2, "a")), ("cups", TRAIN, revision(2, "a"))]
    for project, of, each in (*(("plates", TRAIN, each) for each in gone), *kept):
        entries.write(project, of, each, ["{}"])
    for _ in range(2):
        entries.delete("plates", TRAIN, up_to=f"{2:010d}")
        assert [entries.read("plates", TRAIN, each) for each in gone] == [None, None, None]
        assert all(entries.read(*each) == [b"{}"] for each in kept)


def test_a_deletion_takes_nothing_but_revisions(client: Any) -> None:
    other = ("datasets/plates/train/manifests/a.manifest", "datasets/plates/train/0000000001-a.jsonl.bak")
    for key in other:
        client.put_object(Bucket="bucket", Key=key, Body=b"{}")
    S3Entries(client, "bucket").delete("plates", TRAIN, up_to="9" * 10)
    assert [each["Key"] for each in client.list_objects_v2(Bucket="bucket")["Contents"]] == sorted(other)


def test_an_entry_is_stored_under_its_project_and_data_set(client: Any) -> None:
    S3Entries(client, "bucket").write("plates", TRAIN, "1-a", ["{}"])
    assert client.get_object(Bucket="bucket", Key="datasets/plates/train/1-a.jsonl")["Body"].read() == b"{}\n"


def test_a_manifest_is_read_line_by_line(client: Any) -> None:
    client.put_object(Bucket="bucket", Key="m 1+ü.json", Body=b'{"a": 1}\r\n{"b": 2}')
    location = Location(bucket="bucket", key="m 1+ü.json")
    assert S3Entries(client, "bucket").manifest(location, None) == [b'{"a": 1}', b'{"b": 2}']


def test_one_version_of_a_manifest_is_read(client: Any) -> None:
    client.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    first = client.put_object(Bucket="bucket", Key="m", Body=b"first")["VersionId"]
    client.put_object(Bucket="bucket", Key="m", Body=b"second")
    assert S3Entries(client, "bucket").manifest(Location(bucket="bucket", key="m"), first) == [b"first"]


@pytest.mark.parametrize(("bucket", "version"), [("bucket", None), ("nowhere", None), ("bucket", "v1")])
def test_a_manifest_that_is_not_there_is_the_clients_error(client: Any, bucket: str, version: str | None) -> None:
    with pytest.raises(InvalidRequest, match=f"s3://{bucket}/m cannot be read"):
        S3Entries(client, "bucket").manifest(Location(bucket=bucket, key="m"), version)


def test_a_manifest_that_is_too_large_is_not_read(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "LARGEST_MANIFEST", 4)
    client.put_object(Bucket="bucket", Key="m", Body=b"12345")
    with pytest.raises(InvalidRequest, match="has 5 bytes"):
        S3Entries(client, "bucket").manifest(Location(bucket="bucket", key="m"), None)


def test_a_model_file_exists_until_it_is_deleted(files: ModelFiles) -> None:
    assert not files.exists("plates", 1)
    files.put("plates", 1, b"model")
    files.put("plates", 1, b"model")
    assert files.exists("plates", 1)
    files.delete("plates", 1)
    files.delete("plates", 1)
    assert not files.exists("plates", 1)


def test_a_model_file_never_replaces_another(files: ModelFiles) -> None:
    files.put("plates", 1, b"model")
    with pytest.raises((Conflict, AssertionError), match="another"):
        files.put("plates", 1, b"other")


def test_an_error_of_s3_is_raised(client: Any) -> None:
    with pytest.raises(ClientError):
        S3ModelFiles(client, "nowhere").put("plates", 1, b"model")


def test_an_image_is_stored_once_by_its_content(client: Any) -> None:
    images = S3ImageStore(client, "bucket")
    first = images.put("plates", b"\xff\xd8\xff an image")
    assert images.put("plates", b"\xff\xd8\xff an image") == first
    assert first.startswith("s3://bucket/datasets/plates/images/")
    stored = client.head_object(Bucket="bucket", Key=first.removeprefix("s3://bucket/"))
    assert (stored["ContentType"], first.rpartition(".")[2]) == ("image/jpeg", "jpg")
    assert images.put("plates", b"\x89PNG\r\n\x1a\n").endswith(".png")
