"""The event source mappings of projects' queues to inspect_images."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.hosting.domain import Reading, Workers
from chalicelib.hosting.lambda_errors import translated

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

BATCH = 10
"""The most images of a batch, as of the queue of all other images."""
BESIDE = 20
"""Concurrent executions of the account that stay for other functions; one project with one unit may always run."""
LEAST = 2

_MISSING = "ResourceNotFoundException"


class LambdaMappings:
    """The mappings of queues whose names begin with `prefix`; `function` is the ARN to call, maybe of an alias."""

    def __init__(self, client: "LambdaClient", *, function: str, queue_arn: str, prefix: str) -> None:
        """`queue_arn` is what the ARNs of this account's queues begin with."""
        self._client = client
        self._function = function
        self._queue_arn = queue_arn
        self._prefix = prefix

    def all(self) -> Mapping[str, Workers]:
        """All mappings of the account, a hundred by request: a list by function would leave out those of an alias."""
        return {workers.queue: workers for workers in self._list()}

    def find(self, queue: str) -> Workers | None:
        """One request."""
        return next(self._list(EventSourceArn=f"{self._queue_arn}{queue}"), None)

    def create(self, queue: str, most: int) -> Workers:
        """Failed messages are named, not raised, as all of Linewatch's mappings have it."""
        with translated():
            made = self._client.create_event_source_mapping(
                EventSourceArn=f"{self._queue_arn}{queue}",
                FunctionName=self._function,
                BatchSize=BATCH,
                FunctionResponseTypes=["ReportBatchItemFailures"],
                ScalingConfig={"MaximumConcurrency": most},
            )
        return self._workers(made)

    def start(self, workers: Workers, most: int) -> Workers:
        """Enable it, with the function that it should call."""
        with translated():
            made = self._client.update_event_source_mapping(
                UUID=workers.mapping,
                FunctionName=self._function,
                Enabled=True,
                ScalingConfig={"MaximumConcurrency": most},
            )
        return self._workers(made)

    def stop(self, workers: Workers) -> Workers:
        """Disable it."""
        with translated():
            made = self._client.update_event_source_mapping(UUID=workers.mapping, Enabled=False)
        return self._workers(made)

    def delete(self, workers: Workers) -> None:
        """Gone is as good as deleted."""
        with translated():
            try:
                self._client.delete_event_source_mapping(UUID=workers.mapping)
            except ClientError as error:
                if error.response["Error"]["Code"] != _MISSING:
                    raise

    def most_workers(self) -> int:
        """What the account does not reserve, less what other functions need."""
        limit = self._client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
        return max(LEAST, limit - BESIDE)

    def _list(self, **which: Any) -> Iterator[Workers]:
        with translated():
            for page in self._client.get_paginator("list_event_source_mappings").paginate(**which):
                for mapping in page["EventSourceMappings"]:
                    if mapping.get("EventSourceArn", "").startswith(f"{self._queue_arn}{self._prefix}"):
                        yield self._workers(mapping)

    def _workers(self, mapping: Any) -> Workers:
        state = mapping["State"]
        return Workers(
            mapping=mapping["UUID"],
            queue=mapping["EventSourceArn"].rsplit(":", 1)[1],
            reading=Reading(state) if state in (Reading.ON, Reading.OFF) else Reading.CHANGING,
            most=mapping.get("ScalingConfig", {}).get("MaximumConcurrency", LEAST),
            current=mapping["FunctionArn"] == self._function,
        )
