"""The capacity of each step and of AWS's quotas, and the limit that a rate reaches first."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Measured seconds of an invocation, and of each image in it."""

    inspect_invocation: float
    inspect_image: float
    relay_invocation: float
    relay_image: float
    archive_invocation: float
    archive_image: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A pool of `workers`; each takes up to `batch` images at a time from the step's queue."""

    name: str
    workers: int
    batch: int
    invocation: float
    image: float
    remedy: str

    def seconds(self, images: float) -> float:
        """The time that one worker needs for this number of images."""
        return -(-images // self.batch) * self.invocation + images * self.image

    @property
    def capacity(self) -> float:
        """Images a second, with full batches."""
        return self.workers * self.batch / self.seconds(self.batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """A limit of AWS: `per_second` requests or units, of which each image needs `uses`."""

    name: str
    per_second: float
    uses: float
    remedy: str

    @property
    def capacity(self) -> float:
        """Images a second."""
        return self.per_second / self.uses


def steps(figures: Figures, *, units: int, shards: int = 1) -> list[Step]:
    """The steps of the chain, with this number of inference units and of shards of the table's stream."""
    return [
        Step(
            name="inspect_images",
            workers=units,
            batch=10,
            invocation=figures.inspect_invocation,
            image=figures.inspect_image,
            remedy="InspectionConcurrency",
        ),
        Step(
            name="relay_changes",
            workers=shards,
            batch=100,
            invocation=figures.relay_invocation,
            image=figures.relay_image,
            remedy="ParallelizationFactor of the stream's mapping",
        ),
        Step(
            name="archive_results",
            workers=2,
            batch=1000,
            invocation=figures.archive_invocation,
            image=figures.archive_image,
            remedy="MaximumConcurrency of the results queue",
        ),
    ]


URLS_A_REQUEST = 10
"""The number of images for which a camera requests URLs at once."""

MOST_WORKERS = 1_000
"""Lambda's concurrency of an account, and the largest MaximumConcurrency of a queue."""


def quotas(lines: int, worker: float) -> list[Quota]:
    """AWS's default quotas (us-east-1) that limit the chain; docs/reference/scale.md gives the source of each.

    Images are spread evenly over `lines`. `worker` is the number of images that one worker inspects in a second.
    """
    return [
        Quota(
            name="requests to the API, as infra/ throttles them",
            per_second=500,
            uses=1 / URLS_A_REQUEST,
            remedy="more URLs a request, then ThrottlingRateLimit, then API Gateway's quota of 10,000",
        ),
        Quota(name="S3 writes of a camera's prefix", per_second=3_500 * lines, uses=1, remedy="more cameras"),
        Quota(name="Lambda's concurrency", per_second=MOST_WORKERS * worker, uses=1, remedy="quota, or a second queue"),
        Quota(name="DynamoDB writes of a new table", per_second=4_000, uses=1, remedy="WarmThroughput of the table"),
        Quota(name="DynamoDB writes of one line's day", per_second=1_000 * lines, uses=1, remedy="more lines"),
        Quota(name="EventBridge PutEvents", per_second=10_000, uses=1, remedy="quota"),
        Quota(name="EventBridge deliveries to two queues", per_second=18_750, uses=2, remedy="quota"),
    ]


def first_limit(rate: float, chain: list[Step], *, lines: int) -> Step | Quota | None:
    """The lowest limit that the rate exceeds; None when it exceeds none."""
    limits: list[Step | Quota] = [*chain, *quotas(lines, chain[0].capacity / chain[0].workers)]
    exceeded = [limit for limit in limits if rate > limit.capacity]
    return min(exceeded, key=lambda limit: limit.capacity, default=None)
