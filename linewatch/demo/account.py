"""What became of every image, asked of each place where it should be."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from chalicelib.core.inspection import Verdict
from linewatch.camera.status import ImageStatus
from linewatch.demo.images import label_of
from linewatch.operate.filesystem import filesystem
from linewatch.operate.lake import counts, open_lake
from linewatch.stack.local import LocalStack

JUDGED = (Verdict.NORMAL, Verdict.ANOMALOUS)


@dataclass(frozen=True, slots=True)
class Account:
    """The images' statuses, and what the lake and the dead-letter queues hold."""

    statuses: Sequence[ImageStatus]
    rows: int
    rows_compacted: int
    dead_letters: dict[str, int]

    @property
    def inspections(self) -> int:
        """How many there should be: files with the same content are one."""
        return len({status.inspection_id for status in self.statuses if status.verdict is not None})

    @property
    def unaccounted(self) -> list[str]:
        """What is wrong, in words: empty when every image is accounted for."""
        wrong = [
            f"{status.file} is {status.state}: {status.cause or 'no verdict came'}"
            for status in self.statuses
            if not status.verdict
        ]
        for rows, when in ((self.rows, "before"), (self.rows_compacted, "after")):
            if rows != self.inspections:
                wrong.append(
                    f"the lake has {rows} rows {when} compaction, and there are {self.inspections} inspections"
                )
        return wrong

    def verdicts(self, label: str | None = None) -> Counter[str]:
        """How many images, of this label or of all, have each verdict."""
        chosen = [status for status in self.statuses if label is None or label_of(status.file) == label]
        return Counter(status.verdict for status in chosen if status.verdict)

    def percentile(self, percent: int) -> float | None:
        """Seconds from upload to verdict that so many percent of the images took at most."""
        seconds = [status.seconds for status in self.statuses if status.seconds is not None]
        return quantiles(seconds, n=100, method="inclusive")[percent - 1] if len(seconds) > 1 else None


def rows_in_lake(stack: LocalStack, project: str) -> int:
    """How many inspections of the project the lake holds, each counted once."""
    lake = counts(open_lake(stack.bucket, filesystem(stack)))
    return sum(count for (of, *_), count in lake.items() if of == project)


def await_rows(stack: LocalStack, project: str, expected: int, seconds: float) -> int:
    """The rows in the lake once they are as many as expected, or after so many seconds."""
    until = time.monotonic() + seconds
    while (rows := rows_in_lake(stack, project)) < expected and time.monotonic() < until:
        time.sleep(0.5)
    return rows


def dead_letters(stack: LocalStack) -> dict[str, int]:
    """How many messages each dead-letter queue of the stack holds, whether visible or not."""
    queues = stack.client("sqs")
    urls = queues.list_queues(QueueNamePrefix=f"linewatch-{stack.stage}-").get("QueueUrls", [])
    found = {url.rsplit("/", 1)[1]: url for url in urls if url.endswith("-dlq")}
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return {
        name: sum(map(int, queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()))
        for name, url in sorted(found.items())
    }
