"""The template loses no message, also where the emulator does not check it."""

from typing import Any

from chalicelib.projects.import_result import SUFFIX
from tests.support.resources import Properties, Resources, as_list, name_in

TWO_WEEKS = 14 * 24 * 3600
AT_ONCE_AGAIN = {"rate(1 minute)": 60, "rate(5 minutes)": 300}
"""Schedules whose next run does what one could not, and the seconds until then."""


def is_for_dead_letters(queue: Properties) -> bool:
    name: str = queue["QueueName"]["Fn::Sub"]
    return name.endswith("-dlq")


def test_a_queue_hides_a_message_for_six_times_its_functions_timeout(resources: Resources) -> None:
    for name, function, event in resources.events("SQS"):
        queue = resources.pointed_at(event["Queue"])
        needed = 6 * function["Timeout"] + resources.most(event["MaximumBatchingWindowInSeconds"])
        assert queue["VisibilityTimeout"] >= needed, name


def test_each_queue_has_its_own_dead_letter_queue(resources: Resources) -> None:
    targets = []
    for name, queue in resources.of_type("SQS::Queue").items():
        if not is_for_dead_letters(queue) and name != "UploadsQueue":
            assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5, name
            targets.append(name_in(queue["RedrivePolicy"]["deadLetterTargetArn"]))
            assert is_for_dead_letters(resources.pointed_at(queue["RedrivePolicy"]["deadLetterTargetArn"])), name
    assert len(set(targets)) == len(targets)


def test_images_that_cannot_be_sent_on_are_noted_like_those_that_cannot_be_inspected(resources: Resources) -> None:
    queues = resources.of_type("SQS::Queue")
    assert queues["UploadsQueue"]["RedrivePolicy"] == queues["InspectionQueue"]["RedrivePolicy"]


def test_an_image_is_tried_five_times(resources: Resources) -> None:
    assert resources.of_type("SQS::Queue")["InspectionQueue"]["RedrivePolicy"]["maxReceiveCount"] == 5


def test_dead_letters_and_waiting_images_are_kept_for_two_weeks(resources: Resources) -> None:
    for name, queue in resources.of_type("SQS::Queue").items():
        if is_for_dead_letters(queue) or name in {"InspectionQueue", "UploadsQueue"}:
            assert queue["MessageRetentionPeriod"] == TWO_WEEKS, name


def test_a_queues_workers_are_limited_without_throttling(resources: Resources) -> None:
    for name, function, event in resources.events("SQS"):
        workers = event["ScalingConfig"]["MaximumConcurrency"]
        reserved = function.get("ReservedConcurrentExecutions")
        assert reserved is None or reserved["Fn::If"][:2] == ["ReservesConcurrency", workers], name


def test_the_inspection_of_images_has_no_reserved_concurrency(resources: Resources) -> None:
    """How many workers there are is a setting: a smaller reservation would throttle, and use up an image's receives."""
    assert "ReservedConcurrentExecutions" not in resources.functions()["InspectImages"]


def test_nothing_is_reserved_in_an_account_unless_asked_for(resources: Resources) -> None:
    """Lambda keeps 100 of the account's executions unreserved, and a new account has 10."""
    asked = resources.template["Parameters"]["ReserveConcurrency"]
    assert (asked["Default"], resources.template["Conditions"]["ReservesConcurrency"]) == (
        "no",
        {"Fn::Equals": [{"Ref": "ReserveConcurrency"}, "yes"]},
    )
    reserved = [function.get("ReservedConcurrentExecutions") for function in resources.functions().values()]
    assert {each["Fn::If"][2]["Ref"] for each in reserved if each} == {"AWS::NoValue"}
    assert f"{sum(each['Fn::If'][1] for each in reserved if each)} in all" in asked["Description"]


def test_lambda_reads_which_messages_failed_wherever_a_function_names_them(resources: Resources) -> None:
    """A function that names its failed messages loses them if its mapping does not read the answer."""
    everywhere = resources.template["Globals"]["Function"]["Environment"]["Variables"]
    assert everywhere["LINEWATCH_PARTIAL_BATCHES"] == "1"
    for name, _, event in resources.events("SQS"):
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_the_relay_fails_as_a_whole(resources: Resources) -> None:
    """It answers nothing, which with ReportBatchItemFailures would be success."""
    (stream,) = [event for _, _, event in resources.events("DynamoDB")]
    assert "FunctionResponseTypes" not in stream


def test_the_relay_reads_every_record_and_gives_up_before_the_stream_deletes_it(resources: Resources) -> None:
    (stream,) = [event for _, _, event in resources.events("DynamoDB")]
    assert stream["StartingPosition"] == "TRIM_HORIZON"
    assert stream["BisectBatchOnFunctionError"] is True
    assert 0 < stream["MaximumRecordAgeInSeconds"] <= 12 * 3600
    assert stream["MaximumRetryAttempts"] > 0
    assert is_for_dead_letters(resources.pointed_at(stream["DestinationConfig"]["OnFailure"]["Destination"]))


def test_an_event_that_a_rule_cannot_deliver_becomes_a_dead_letter(resources: Resources) -> None:
    targets = [target for rule in resources.of_type("Events::Rule").values() for target in rule["Targets"]]
    schedules = [event for _, _, event in resources.events("Schedule")]
    assert schedules
    for target in (*targets, *schedules):
        assert is_for_dead_letters(resources.pointed_at(target["DeadLetterConfig"]["Arn"]))


def test_a_run_of_a_schedule_that_failed_becomes_a_dead_letter_or_the_next_run_does_its_work(
    resources: Resources,
) -> None:
    for name, function, event in resources.events("Schedule"):
        asynchronous = function["EventInvokeConfig"]
        assert asynchronous["MaximumRetryAttempts"] == 0
        if event["Schedule"] in AT_ONCE_AGAIN:
            age = AT_ONCE_AGAIN[event["Schedule"]]
            assert asynchronous == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": age}
            continue
        assert asynchronous["MaximumEventAgeInSeconds"] <= 3600
        dead_letters = asynchronous["DestinationConfig"]["OnFailure"]["Destination"]
        assert is_for_dead_letters(resources.pointed_at(dead_letters)), name
        allowed = resources.statements(resources.pointed_at(function["Role"]))
        assert {"sqs:SendMessage"} in [set(as_list(a["Action"])) for a in allowed if a["Resource"] == dead_letters], (
            name
        )


def test_rules_may_send_to_every_queue_that_they_name(resources: Resources) -> None:
    allowed = {
        name_in(resource)
        for policy in resources.of_type("SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "events.amazonaws.com"}
        for resource in as_list(statement["Resource"])
    }
    targets = [target for rule in resources.of_type("Events::Rule").values() for target in rule["Targets"]]
    named = {name_in(target["Arn"]) for target in targets}
    named |= {name_in(target["DeadLetterConfig"]["Arn"]) for target in targets}
    assert named <= allowed


def test_what_gives_new_verdicts_is_deployed_after_what_knows_them(resources: Resources) -> None:
    """An event that no rule knows yet would alert nobody."""
    functions = resources.functions()
    assert set(functions) >= {"InspectImages", "RelayChanges"}
    assert resources.template["Resources"]["InspectImages"]["DependsOn"] == "RelayChanges"
    assert resources.template["Resources"]["RelayChanges"]["DependsOn"] == "AlertsRule"


def announced(resources: Resources) -> dict[str, dict[str, Any]]:
    """What the bucket announces, by the name of the queue."""
    (bucket,) = resources.of_type("S3::Bucket").values()
    found = bucket["NotificationConfiguration"]["QueueConfigurations"]
    assert {each["Event"] for each in found} == {"s3:ObjectCreated:*"}
    return {name_in(each["Queue"]): each["Filter"]["S3Key"] for each in found}


def test_every_uploaded_image_is_announced_to_the_queue_of_uploads(resources: Resources) -> None:
    assert announced(resources)["UploadsQueue"]["Rules"] == [{"Name": "prefix", "Value": "images/"}]


def test_every_manifest_is_announced_to_its_queue_and_no_result_is(resources: Resources) -> None:
    rules = {each["Name"]: each["Value"] for each in announced(resources)["ManifestQueue"]["Rules"]}
    for name, is_announced in {
        "datasets/plates/manifests/train/a.manifest": True,
        f"datasets/plates/manifests/train/a.manifest{SUFFIX}": False,
        "datasets/plates/train/0000000001-a.jsonl": False,
        "images/plates/a.manifest": False,
    }.items():
        assert (name.startswith(rules["prefix"]) and name.endswith(rules["suffix"])) is is_announced


def test_the_bucket_waits_for_the_policies_of_the_queues_that_it_announces_to(resources: Resources) -> None:
    """S3 sends each a test message when the notification is made."""
    waits_for = resources.template["Resources"]["Bucket"]["DependsOn"]
    policies = resources.of_type("SQS::QueuePolicy")
    assert {name_in(policies[name]["Queues"][0]) for name in waits_for} == announced(resources).keys()
