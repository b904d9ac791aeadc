"""What `follow_hosting` made for projects, which no stack knows of: their queues, and the mappings that read these."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

OF_STAGE = "linewatch:stage"
"""The tag by which a project's queue is known from one of a stage with a longer name."""


@dataclass(frozen=True)
class HostedProjects:
    """The queues of a stage's projects. Remove them after the stack, or its function makes them again."""

    stage: str
    sqs: Any
    functions: Any

    def describe(self) -> list[str]:
        """A line for each queue."""
        return [f"queue {url.rsplit('/', 1)[1]}" for url in self._queues()]

    def delete(self) -> None:
        """Delete the mappings, then the queues with the images that wait in them; the bucket still has these."""
        queues = list(self._queues())
        names = {url.rsplit("/", 1)[1] for url in queues}
        for mapping in self._mappings():
            if mapping.get("EventSourceArn", "").rsplit(":", 1)[-1] in names:
                self._delete_mapping(mapping["UUID"])
        for url in queues:
            self.sqs.delete_queue(QueueUrl=url)

    def _queues(self) -> Iterator[str]:
        for page in self.sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"linewatch-{self.stage}-project-"):
            for url in page.get("QueueUrls", []):
                if self.sqs.list_queue_tags(QueueUrl=url).get("Tags", {}).get(OF_STAGE) == self.stage:
                    yield url

    def _mappings(self) -> Iterator[dict[str, Any]]:
        for page in self.functions.get_paginator("list_event_source_mappings").paginate():
            yield from page["EventSourceMappings"]

    def _delete_mapping(self, mapping: str) -> None:
        try:
            self.functions.delete_event_source_mapping(UUID=mapping)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
