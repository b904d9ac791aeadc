"""A stage's part of .chalice/config.json has what the template says, and nothing else decides."""

import json
from pathlib import Path
from typing import Any

from chalicelib.aws.event_sources import QUEUES, queue_arn, setting, stream_arn
from linewatch.stack.chalice.config import setting_variables, source_variables, stage_part, write
from linewatch.stack.package import CONFIG
from tests.stack.chalice.builders import template

KNOWN = {"InspectRole.Arn": "arn:role/inspect", "Layer": "arn:layer:1", "AWS::URLSuffix": "amazonaws.com"}


def inspect_part(known: dict[str, Any], **properties: Any) -> Any:
    return stage_part(template(**properties), known, {}, {})["lambda_functions"]["inspect"]


def test_a_function_has_its_own_role_layers_memory_timeout_and_variables() -> None:
    assert inspect_part(KNOWN | {"Api": "api1"}) == {
        "iam_role_arn": "arn:role/inspect",
        "layers": ["arn:layer:1"],
        "lambda_memory_size": 1769,
        "lambda_timeout": 30,
        "environment_variables": {"LINEWATCH_STAGE": "plant", "URL": "https://api1.amazonaws.com", "WINDOW": "5"},
    }


def test_reserved_concurrency_is_chalices_too() -> None:
    assert inspect_part(KNOWN, ReservedConcurrentExecutions=2)["reserved_concurrency"] == 2


def test_a_function_names_failed_messages_only_once_its_connection_is_finished() -> None:
    variables = {"LINEWATCH_PARTIAL_BATCHES": "1", "OTHER": "2"}
    part = inspect_part(KNOWN, Environment={"Variables": variables})
    assert part["environment_variables"] == {"LINEWATCH_STAGE": "plant", "OTHER": "2"}


def test_a_function_is_traced_as_the_template_says() -> None:
    assert inspect_part(KNOWN, Tracing="Active")["xray"] is True
    assert inspect_part(KNOWN, Tracing="PassThrough")["xray"] is False


def test_a_variable_with_the_apis_address_waits_for_the_api() -> None:
    assert "URL" not in inspect_part(KNOWN)["environment_variables"]


def test_app_py_finds_its_sources_and_settings_in_the_stages_variables() -> None:
    stream = "arn:aws:dynamodb:eu-west-1:1:table/linewatch-plant-inspections/stream/now"
    events = {"Stream": {"Type": "DynamoDB", "Properties": {"Stream": {"Fn::GetAtt": ["Table", "StreamArn"]}}}}
    queues = "arn:aws:sqs:eu-west-1:1:linewatch-plant-"
    packaged = template(Events={"Queue": {"Type": "SQS", "Properties": {"ScalingConfig": {"Ref": "Workers"}}}})
    variables = source_variables(template(Events=events), {"Table.StreamArn": stream}, queues)
    variables |= setting_variables(packaged, {"Workers": 45, "Stage": "plant"})
    assert variables[QUEUES] == queues
    assert queue_arn("results", variables) == f"{queues}results"
    assert stream_arn("inspections", variables) == stream
    assert setting("Workers", variables) == 45
    assert len(variables) == 3


def test_the_parts_of_other_stages_stay(tmp_path: Path) -> None:
    (tmp_path / CONFIG).parent.mkdir()
    (tmp_path / CONFIG).write_text('{"app_name": "linewatch"}')
    write(tmp_path, "one", {"tags": {}})
    write(tmp_path, "two", {"tags": {"a": "1"}})
    write(tmp_path, "one", {"tags": {"b": "2"}})
    assert json.loads((tmp_path / ".chalice" / "config.json").read_text()) == {
        "app_name": "linewatch",
        "stages": {"one": {"tags": {"b": "2"}}, "two": {"tags": {"a": "1"}}},
    }
