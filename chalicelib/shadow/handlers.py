"""The Lambda event of shadow runs: the hosted version has judged images."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws.eventbridge import event_in
from chalicelib.aws.sqs_batch import BatchAnswer, each_message
from chalicelib.shadow.wiring import ShadowWiring


def judge_in_shadow(lambda_event: Mapping[str, Any], shadow: ShadowWiring) -> BatchAnswer:
    """Judge each image of the batch."""
    batch = shadow.batch()
    return each_message(lambda_event, lambda message: batch.judge(event_in(message.body).inspection), shadow.platform)
