"""The results of the demonstration: where each image is, and what is missing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from chalicelib.core.inspection import Verdict
from linewatch.camera.status import ImageStatus
from linewatch.demo.images import label_of
from linewatch.stack.local import LocalStack

DECIDED = (Verdict.NORMAL, Verdict.ANOMALOUS)


@dataclass(frozen=True, slots=True)
class Account:
    """The status of each image, and the number of rows in the lake and of messages in each dead-letter queue."""

    statuses: Sequence[ImageStatus]
    rows: int
    rows_compacted: int
    dead_letters: dict[str, int]

    @property
    def inspections(self) -> int:
        """The expected number of inspections. Files with the same content have one inspection."""
        return len({status.inspection_id for status in self.statuses if status.verdict is not None})

    @property
    def problems(self) -> list[str]:
        """All that is wrong, one sentence each. Empty when every image has a verdict and a row in the lake."""
        problems = [
            f"{status.file} is {status.state}: {status.cause or 'it has no verdict'}"
            for status in self.statuses
            if not status.verdict
        ]
        for rows, when in ((self.rows, "before"), (self.rows_compacted, "after")):
            if rows != self.inspections:
                problems.append(
                    f"the lake has {rows} rows {when} compaction, and there are {self.inspections} inspections"
                )
        return problems

    def verdicts(self, label: str | None = None) -> Counter[str]:
        """The number of images with each verdict, of one label or of all."""
        statuses = [status for status in self.statuses if label is None or label_of(status.file) == label]
        return Counter(status.verdict for status in statuses if status.verdict)

    def percentile(self, percent: int) -> float | None:
        """The percentile of the seconds from upload to verdict; None for fewer than two images."""
        seconds = [status.seconds for status in self.statuses if status.seconds is not None]
        return quantiles(seconds, n=100, method="inclusive")[percent - 1] if len(seconds) > 1 else None


def dead_letters(stack: LocalStack) -> dict[str, int]:
    """The number of messages in each dead-letter queue of the stack, hidden ones included."""
    queues = stack.client("sqs")
    urls = queues.list_queues(QueueNamePrefix=f"linewatch-{stack.stage}-").get("QueueUrls", [])
    urls_by_name = {url.rsplit("/", 1)[1]: url for url in urls if url.endswith("-dlq")}
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return {
        name: sum(map(int, queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))
        for name, url in sorted(urls_by_name.items())
    }
