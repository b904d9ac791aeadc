"""What an hour of a hosted model costs in which no image comes."""

from linewatch.cost.at_rest import DAYS, POLLS
from linewatch.cost.prices import PER_MILLION

IDLE_HOUR = POLLS / (DAYS * 24) * PER_MILLION["sqs"] / 1e6
"""USD: Lambda asks the queue for images. A stopped model costs nothing."""
LOOKOUT_HOUR = 4.00
"""USD for an inference unit of Amazon Lookout for Vision, until it ended on 2025-10-31."""
