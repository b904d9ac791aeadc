"""`finish` sets what the template has of a function, and refuses what it cannot set."""

from typing import Any

import pytest

from linewatch.stack.chalice.functions import Function
from linewatch.stack.chalice.set_function import FunctionSettings, NotMade, NotSettable
from tests.stack.chalice.builders import FakeService, ResourceNotFoundException

NAME, ARN = "linewatch-plant-inspect", "arn:aws:lambda:::function:linewatch-plant-inspect"


def mapping(state: str = "Enabled") -> dict[str, Any]:
    return {"EventSourceMappings": [{"UUID": "u1", "State": state}]}


def rules(**answers: Any) -> FakeService:
    defaults: dict[str, Any] = {
        "list_rule_names_by_target": {"RuleNames": ["other", "rule"]},
        "describe_rule": iter([{"EventPattern": "{}"}, {"ScheduleExpression": "rate(1 minute)"}]),
        "list_targets_by_rule": {"Targets": [{"Id": "1", "Arn": ARN, "Input": "old"}]},
    }
    return FakeService("events", **defaults | answers)


def finish(properties: dict[str, Any], functions: FakeService, events: FakeService | None = None) -> FakeService:
    function = Function("Inspect", "inspect", NAME, {"FunctionName": NAME, "Handler": "app.inspect", **properties})
    FunctionSettings(functions, events or rules(), poll_seconds=0).set(function, ARN)
    return functions


def test_every_property_that_lambda_configures_is_set_without_a_list_of_them() -> None:
    properties = {
        "CodeUri": "zip",
        "Tags": {},
        "LoggingConfig": {"LogGroup": "/linewatch/plant"},
        "EphemeralStorage": {"Size": 1024},
        "Tracing": "PassThrough",
        "Environment": {"Variables": {"WINDOW": 5}},
    }
    [set_to] = finish(properties, FakeService("lambda")).arguments("update_function_configuration")
    assert set_to == {
        "FunctionName": NAME,
        "Handler": "app.inspect",
        "LoggingConfig": {"LogGroup": "/linewatch/plant"},
        "EphemeralStorage": {"Size": 1024},
        "TracingConfig": {"Mode": "PassThrough"},
        "Environment": {"Variables": {"WINDOW": "5"}},
    }


def test_concurrency_runtime_and_asynchronous_calls_have_operations_of_their_own() -> None:
    properties = {
        "ReservedConcurrentExecutions": 2,
        "RuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
        "EventInvokeConfig": {
            "MaximumRetryAttempts": 0,
            "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": "arn:dlq"}},
        },
    }
    functions = finish(properties, FakeService("lambda"))
    assert functions.arguments("put_function_concurrency") == [
        {"FunctionName": NAME, "ReservedConcurrentExecutions": 2}
    ]
    assert functions.arguments("put_runtime_management_config") == [{"FunctionName": NAME, "UpdateRuntimeOn": "Auto"}]
    [asynchronous] = functions.arguments("put_function_event_invoke_config")
    assert asynchronous["DestinationConfig"] == {"OnFailure": {"Destination": "arn:dlq"}}
    assert asynchronous["MaximumRetryAttempts"] == 0


def test_what_the_template_no_longer_says_of_asynchronous_calls_goes() -> None:
    functions = finish({}, FakeService("lambda", delete_function_event_invoke_config=ResourceNotFoundException()))
    assert functions.arguments("delete_function_event_invoke_config")


def test_an_unknown_property_is_an_error_that_names_it_and_nothing_is_set() -> None:
    functions = FakeService("lambda")
    with pytest.raises(NotSettable, match="linewatch-plant-inspect has NewThing in infra/"):
        finish({"NewThing": 1}, functions)
    assert not functions.calls


def test_a_connection_gets_all_its_properties_and_loses_a_flag_that_is_gone() -> None:
    stream = {
        "Type": "DynamoDB",
        "Properties": {
            "Stream": "arn:stream",
            "StartingPosition": "TRIM_HORIZON",
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 1000,
            "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": "arn:dlq"}},
        },
    }
    functions = finish({"Events": {"Stream": stream}}, FakeService("lambda", list_event_source_mappings=mapping()))
    assert functions.arguments("update_event_source_mapping") == [
        {
            "UUID": "u1",
            "FunctionResponseTypes": [],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 1000,
            "DestinationConfig": {"OnFailure": {"Destination": "arn:dlq"}},
        }
    ]


def test_a_connection_is_set_before_the_function_that_relies_on_it() -> None:
    queue = {"Type": "SQS", "Properties": {"Queue": "arn:queue", "FunctionResponseTypes": ["ReportBatchItemFailures"]}}
    functions = finish({"Events": {"Queue": queue}}, FakeService("lambda", list_event_source_mappings=mapping()))
    names = [name for name, _ in functions.calls]
    assert names.index("update_event_source_mapping") < names.index("update_function_configuration")


def test_a_connection_that_lambda_is_still_making_is_waited_for() -> None:
    states = iter([mapping("Creating"), mapping("Enabling"), mapping("Enabled")])
    queue = {"Type": "SQS", "Properties": {"Queue": "arn:queue", "FunctionResponseTypes": ["ReportBatchItemFailures"]}}
    functions = finish({"Events": {"Queue": queue}}, FakeService("lambda", list_event_source_mappings=states))
    [set_to] = functions.arguments("update_event_source_mapping")
    assert set_to["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("found", [0, 2])
def test_a_function_that_is_not_connected_exactly_once_is_an_error(found: int) -> None:
    functions = FakeService("lambda", list_event_source_mappings={"EventSourceMappings": [{}] * found})
    queue = {"Type": "SQS", "Properties": {"Queue": "arn:queue"}}
    with pytest.raises(NotMade, match="not connected to arn:queue exactly once"):
        finish({"Events": {"Queue": queue}}, functions)


def test_a_schedules_target_gets_its_dead_letters_and_keeps_its_id() -> None:
    events = rules()
    schedule = {"Schedule": "rate(1 minute)", "DeadLetterConfig": {"Arn": "arn:dlq"}, "State": "ENABLED"}
    finish({"Events": {"Tick": {"Type": "Schedule", "Properties": schedule}}}, FakeService("lambda"), events)
    assert events.arguments("put_rule") == [
        {"Name": "rule", "ScheduleExpression": "rate(1 minute)", "State": "ENABLED"}
    ]
    assert events.arguments("put_targets") == [
        {"Rule": "rule", "Targets": [{"Id": "1", "Arn": ARN, "DeadLetterConfig": {"Arn": "arn:dlq"}}]}
    ]


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)", "NewThing": 1}}, "NewThing"),
        ({"Type": "SQS", "Properties": {"Queue": "arn:queue", "NewThing": 1}}, "NewThing"),
        ({"Type": "MSK", "Properties": {}}, "MSK"),
    ],
)
def test_what_cannot_be_set_of_an_event_source_is_an_error(event: dict[str, Any], error: str) -> None:
    functions = FakeService("lambda", list_event_source_mappings=mapping())
    with pytest.raises(NotSettable, match=error):
        finish({"Events": {"It": event}}, functions)


def test_a_schedule_that_chalice_did_not_make_is_an_error() -> None:
    events = rules(list_rule_names_by_target={"RuleNames": []})
    with pytest.raises(NotMade, match="not exactly one schedule rate"):
        finish(
            {"Events": {"Tick": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 minute)"}}}},
            FakeService("lambda"),
            events,
        )
