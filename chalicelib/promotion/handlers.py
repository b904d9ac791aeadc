"""The Lambda event of comparisons: there is something to do.

The use cases are imported when it comes: app.py imports this module for every function.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws.sqs_batch import BatchAnswer, Message, each_message
from chalicelib.promotion.wiring import PromotionWiring


def replay_images(lambda_event: Mapping[str, Any], promotion: PromotionWiring) -> BatchAnswer:
    """Do what each message asks for."""
    from chalicelib.projects.limits import require_name
    from chalicelib.promotion.domain import REPLAY, Replay

    def handle(message: Message) -> None:
        order = REPLAY.validate_json(message.body)
        require_name(order.project)
        _ = promotion.replay(order) if isinstance(order, Replay) else promotion.propose(order)

    return each_message(lambda_event, handle, promotion.platform)
