"""What a shadow run costs."""

from linewatch.cost.assumed import INVOCATION_SECONDS, REQUEST_SECONDS
from linewatch.cost.prices import PER_GB_SECOND, PER_MILLION, WHOLE_CORE_MB

REQUESTS = {
    "s3 reads": 1.0,
    "dynamodb writes": 1.0,
    "dynamodb reads": 4.0,
    "sqs": 4.0,
    "lambda requests": 1.0,
}
"""Of an image alone in its invocation: its content, its verdict, the project's record and the count, the message in,
its receipt and deletion, and the row out. The lake writes the row into the file that it writes anyway."""
TO_AWS = 5
"""Of these, the requests that the function waits for."""


def cost_of(images: int, seconds: float) -> float:
    """USD for so many images that take one core so many seconds together, each alone in its invocation."""
    computing = seconds + images * (TO_AWS * REQUEST_SECONDS + INVOCATION_SECONDS)
    paid = images * sum(count * PER_MILLION[name] / 1e6 for name, count in REQUESTS.items())
    return paid + computing * WHOLE_CORE_MB / 1024 * PER_GB_SECOND
