"""Manifests come by a queue, as messages of S3: one that fails stops no other."""

import json
from collections.abc import Iterator

import pytest
from chalice.test import Client

import app
from chalicelib.aws.s3_notification import notification_of
from chalicelib.core.image import UploadedImage
from chalicelib.projects.errors import NoSuchResource, ResourceType
from tests.support.builders import an_upload
from tests.support.deployment import SETTINGS
from tests.support.recovery import Deployment, deployed
from tests.support.sqs_events import messages, sqs_event

KEY = "datasets/plates/manifests/train/a b+ü.manifest"


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    with deployed() as made:
        monkeypatch.setattr(app, "linewatch", made.linewatch)
        yield made


def announced(key: str, bucket: str = SETTINGS.bucket) -> str:
    return notification_of(an_upload(key, bucket=bucket))


def test_a_message_that_fails_is_recorded_and_the_others_are_imported(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def import_manifest(put: UploadedImage) -> None:
        if put.key.startswith("datasets/nobody/"):
            raise NoSuchResource("nobody", ResourceType.PROJECT, "there is no project nobody")
        done.append(put.key)

    monkeypatch.setitem(vars(deployment.linewatch.projects), "import_manifest", import_manifest)
    monkeypatch.setitem(vars(deployment.linewatch.platform.queues), "delay", lambda queue, seconds: None)
    monkeypatch.setitem(vars(deployment.linewatch.platform.queues), "delete", lambda queue, receipts: None)
    batch = messages(
        "linewatch-test-manifests",
        "no JSON",
        announced(KEY),
        announced(KEY, "another"),
        announced("datasets/nobody/manifests/train/a.manifest"),
        json.dumps({"Event": "s3:TestEvent"}),
    )
    with Client(app.app) as client, pytest.raises(Exception, match="3 of 5 messages failed"):
        client.lambda_.invoke("import_manifest", sqs_event(batch))
    assert done == [KEY]
    errors = [deployment.linewatch.platform.failure_log.find(f"m{at}") for at in range(5)]
    assert [error is not None for error in errors] == [True, False, True, True, False]
    assert "it is about the bucket another, which is not this stage's" in str(errors[2])
    assert "there is no project nobody" in str(errors[3])
