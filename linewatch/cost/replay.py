"""What a comparison of two versions costs."""

from linewatch.cost.assumed import INVOCATION_SECONDS, REQUEST_SECONDS
from linewatch.cost.prices import PER_GB_SECOND, PER_MILLION, WHOLE_CORE_MB

READS, WRITES, MESSAGES = 6, 4, 4
"""Requests of a part beside those for its images: reads and writes of S3 (a list is a write), and of SQS."""


def computing_seconds(images: int, seconds: float, parts: int) -> float:
    """How long one worker takes, with its requests to AWS."""
    return seconds + (images + READS * parts) * REQUEST_SECONDS + parts * INVOCATION_SECONDS


def cost_of(images: int, seconds: float, parts: int) -> float:
    """USD for so many images in so many parts, `seconds` of one core, with the requests."""
    requests = {
        "s3 reads": images + READS * parts,
        "s3 writes": WRITES * parts,
        "sqs": MESSAGES * parts,
        "lambda requests": parts,
    }
    paid = sum(count * PER_MILLION[name] / 1e6 for name, count in requests.items())
    return paid + computing_seconds(images, seconds, parts) * WHOLE_CORE_MB / 1024 * PER_GB_SECOND
