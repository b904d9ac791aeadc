"""Triggers take their sources and settings from the stage that is deployed; elsewhere they have placeholders."""

from chalicelib.aws.event_sources import (
    PLACEHOLDER,
    QUEUES,
    queue_arn,
    setting,
    setting_variable,
    stream_arn,
    stream_variable,
)

STAGE = {
    QUEUES: "arn:aws-cn:sqs:cn-north-1:123456789012:linewatch-plant-",
    stream_variable(
        "alert-claims"
    ): "arn:aws-cn:dynamodb:cn-north-1:123456789012:table/linewatch-plant-alert-claims/stream/1",
    setting_variable("InspectionConcurrency"): "45",
}


def test_a_stage_has_real_sources() -> None:
    assert queue_arn("inspection", STAGE) == "arn:aws-cn:sqs:cn-north-1:123456789012:linewatch-plant-inspection"
    assert stream_arn("alert-claims", STAGE).endswith("/stream/1")
    assert setting("InspectionConcurrency", STAGE) == 45


def test_without_a_stage_every_source_is_a_placeholder() -> None:
    assert queue_arn("inspection", {}).startswith(PLACEHOLDER)
    assert stream_arn("inspections", {}).startswith(PLACEHOLDER)
    assert setting("InspectionConcurrency", {}) > 500
