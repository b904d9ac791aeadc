"""The queues of projects. Each is like the queue of all other images, which infra/inspections.yaml describes."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.aws.failure_log import FailureLog
from chalicelib.aws.sqs import NO_QUEUE
from chalicelib.hosting.domain import HostingBusy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType
    from mypy_boto3_sqs.type_defs import MessageTypeDef

OF_STAGE, OF_PROJECT = "linewatch:stage", "linewatch:project"
"""The tags of a project's queue."""
OVER_TLS = "OnlyOverTls"
"""The statement of a queue's policy that a project's queue has too."""
_ALIKE = ("VisibilityTimeout", "MessageRetentionPeriod", "SqsManagedSseEnabled", "RedrivePolicy")
_COUNTS: "Sequence[QueueAttributeNameType]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_DELETED_JUST_NOW = {"AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"}


class SQSProjectQueues:
    """The queues whose names begin with `prefix`, made like the queue `pattern`; `dead_letters` gets what one held."""

    def __init__(
        self, client: "SQSClient", *, stage: str, prefix: str, pattern: str, dead_letters: str, failure_log: FailureLog
    ) -> None:
        self._client = client
        self._stage = stage
        self._prefix = prefix
        self._pattern = pattern
        self._dead_letters = dead_letters
        self._failure_log = failure_log

    def names(self) -> set[str]:
        """A thousand by request."""
        pages = self._client.get_paginator("list_queues").paginate(
            QueueNamePrefix=self._prefix, PaginationConfig={"PageSize": 1000}
        )
        return {url.rsplit("/", 1)[1] for page in pages for url in page.get("QueueUrls", [])}

    def ensure(self, queue: str, project: str) -> None:
        """One request if it is there."""
        if self._url(queue) is not None:
            return
        tags = {OF_STAGE: self._stage, OF_PROJECT: project}
        try:
            self._client.create_queue(QueueName=queue, Attributes=self._attributes(), tags=tags)
        except ClientError as error:
            if error.response["Error"]["Code"] in _DELETED_JUST_NOW:
                raise HostingBusy(f"{queue} was deleted less than a minute ago") from error
            raise

    def project_of(self, queue: str) -> str | None:
        """By its tags."""
        url = self._url(queue)
        tags = {} if url is None else self._client.list_queue_tags(QueueUrl=url).get("Tags", {})
        return tags.get(OF_PROJECT) if tags.get(OF_STAGE) == self._stage else None

    def remove(self, queue: str, reason: str) -> None:
        """Message by message, then the queue. After a kill in between, what was moved may be moved again.

        `HostingBusy`, and the queue stays, while messages are in flight, as those are that a killed run received.
        """
        if (url := self._url(queue)) is None:
            return
        dead_letters = self._client.get_queue_url(QueueName=self._dead_letters)["QueueUrl"]
        while messages := self._client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                self._move(message, url, dead_letters, reason)
        counts = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)["Attributes"]
        if any(int(counts.get(each, 0)) for each in _COUNTS):
            raise HostingBusy(f"{queue} has messages that cannot be received now")
        self._client.delete_queue(QueueUrl=url)

    def _move(self, message: "MessageTypeDef", url: str, dead_letters: str, reason: str) -> None:
        sent = self._client.send_message(QueueUrl=dead_letters, MessageBody=message["Body"])
        self._failure_log.record(sent["MessageId"], reason)
        self._client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _url(self, queue: str) -> str | None:
        try:
            return self._client.get_queue_url(QueueName=queue)["QueueUrl"]
        except ClientError as error:
            if error.response["Error"]["Code"] in NO_QUEUE:
                return None
            raise

    def _attributes(self) -> Any:
        url = self._client.get_queue_url(QueueName=self._pattern)["QueueUrl"]
        found = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        policy = json.loads(found.get("Policy", '{"Statement": []}'))
        statements = [each for each in policy["Statement"] if each.get("Sid") == OVER_TLS]
        alike = {name: found[name] for name in _ALIKE if name in found}
        return alike | ({"Policy": json.dumps({**policy, "Statement": statements})} if statements else {})
