"""An image goes to the queue of its project, whatever else is in its message."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import boto3
import pytest
from moto import mock_aws

from chalicelib.aws.s3_notification import notification_of
from chalicelib.aws.settings import Settings
from chalicelib.core.errors import NotSent
from chalicelib.inspections.handlers import route_images
from chalicelib.inspections.route import Announcement, Routing
from tests.support.builders import an_upload
from tests.support.deployment import SETTINGS
from tests.support.recovery import Deployment, deployed
from tests.support.sqs_events import messages, sqs_event

OWN = SETTINGS.project_queue("plates").removeprefix("linewatch-test-")


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    with deployed() as made:
        yield made


def image(project: str, name: str = "a") -> str:
    return notification_of(an_upload(f"images/{project}/line-1/cam-1/2026-03-14/{name}"))


def routed(deployment: Deployment, *bodies: str) -> int:
    """Give messages to the handler; how many of them failed."""
    event = sqs_event(messages("linewatch-test-uploads", *bodies))
    settings = Settings("test", "123456789012", "eu-west-1", traced=False, partial_batches=True)
    linewatch = deployment.linewatch
    linewatch.platform.settings = settings

    class Deleting:
        def delete(self, queue: str, receipts: object) -> None: ...
        def delay(self, queue: str, seconds: object) -> None: ...

    queues = linewatch.platform.queues
    linewatch.inspections.route_images  # noqa: B018 - built on the real queues
    linewatch.platform.queues = Deleting()  # type: ignore[assignment]
    try:
        answer = route_images(event, linewatch.inspections)
    finally:
        linewatch.platform.queues = queues
    return len(answer["batchItemFailures"])


def test_an_image_of_a_project_with_a_queue_waits_there_and_others_in_the_shared_one(deployment: Deployment) -> None:
    deployment.sqs.create_queue(QueueName=f"linewatch-test-{OWN}")
    assert routed(deployment, image("plates"), image("cups")) == 0
    assert deployment.bodies(OWN) == [image("plates")]
    assert deployment.bodies("inspection") == [image("cups")]


def test_a_message_about_two_projects_is_split(deployment: Deployment) -> None:
    deployment.sqs.create_queue(QueueName=f"linewatch-test-{OWN}")
    both = json.dumps({"Records": [json.loads(image(each))["Records"][0] for each in ("plates", "cups")]})
    assert routed(deployment, both) == 0
    assert [len(deployment.bodies(queue)) for queue in (OWN, "inspection")] == [1, 1]


def test_what_cannot_be_read_fails_and_what_can_is_sent(deployment: Deployment) -> None:
    half = json.dumps({"Records": [json.loads(image("cups"))["Records"][0], {"s3": {}}]})
    assert routed(deployment, "garbage", half, json.dumps({"Event": "s3:TestEvent"})) == 2
    assert deployment.bodies("inspection") == [image("cups")]


def test_the_queue_of_a_project_that_was_removed_is_not_remembered(deployment: Deployment) -> None:
    url = deployment.sqs.create_queue(QueueName=f"linewatch-test-{OWN}")["QueueUrl"]
    routed(deployment, image("plates"))
    deployment.sqs.delete_queue(QueueUrl=url)
    assert routed(deployment, image("plates", "b")) == 0
    assert deployment.bodies("inspection") == [image("plates", "b")]


@dataclass
class OneBadBody:
    """A queue for each project, which refuses every request with a body that is `bad`."""

    requests: list[tuple[str, list[str]]] = field(default_factory=list)

    def put_if_there(self, queue: str, bodies: Sequence[str]) -> bool:
        if "bad" in bodies:
            raise NotSent("refused")
        self.requests.append((queue, list(bodies)))
        return True

    def put_all(self, queue: str, bodies: Sequence[str]) -> None:
        raise AssertionError("each project has a queue")


def announced(project: str, body: str) -> Announcement:
    return Announcement([an_upload(f"images/{project}/line-1/cam-1/2026-03-14/a")], body)


def test_the_images_of_one_project_are_sent_in_one_request() -> None:
    queues = OneBadBody()
    route = Routing(queues, str.upper, "shared")
    assert route([announced("a", "1"), announced("b", "2"), announced("a", "3")]) == [None] * 3
    assert queues.requests == [("A", ["1", "3"]), ("B", ["2"])]


def test_a_message_that_cannot_be_sent_fails_no_other() -> None:
    queues = OneBadBody()
    errors = Routing(queues, str.upper, "shared")([announced("a", body) for body in ("1", "bad", "3")])
    assert [error is None for error in errors] == [True, False, True]
    assert queues.requests == [("A", ["1"]), ("A", ["3"])]


@pytest.mark.parametrize("project", ["a", "a.b", "x" * 64, "x" * 63 + "y"])
def test_the_name_of_a_projects_queue_is_one_that_sqs_takes(project: str) -> None:
    stage = Settings("a" * 21, "123456789012", "eu-west-1", traced=False)
    with mock_aws():
        boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName=stage.project_queue(project))
    assert stage.project_queue("x" * 64) != stage.project_queue("x" * 63 + "y")
