"""What `check` says of a stage where something is wrong, and that one failing check does not stop the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core.inspection import Verdict
from linewatch.operate.check import images
from linewatch.operate.check.check import checks
from linewatch.operate.check.configuration import checked_api, checked_concurrency, checked_drift, checked_log
from linewatch.operate.check.deployed import NoStack, Stack, stack_of
from linewatch.operate.check.images import SentImage
from linewatch.operate.check.known_images import KnownImage, known_images
from linewatch.operate.check.outcome import Status
from linewatch.operate.check.watch import checked_alarms, checked_dead_letters, checked_subscribers
from linewatch.stack.target import Target

STACK = Stack(
    "linewatch-prod",
    {
        "CloudWatch::Alarm": ["late"],
        "SNS::Topic": [
            "arn:aws:sns:eu-west-1:1:linewatch-prod-alerts",
            "arn:aws:sns:eu-west-1:1:linewatch-prod-operations",
        ],
        "SQS::Queue": ["https://sqs/1/linewatch-prod-results", "https://sqs/1/linewatch-prod-results-dlq"],
        "Logs::LogGroup": ["/linewatch/prod"],
    },
)


TEN = {"MaximumConcurrency": 10}


@dataclass(frozen=True)
class FakeTarget(Target):
    """A stage whose clients answer what a test says."""

    clients: Mapping[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.clients[service]


def target(**clients: Any) -> FakeTarget:
    return FakeTarget("prod", "1", "eu-west-1", clients=clients)


def replying(**answers: Any) -> SimpleNamespace:
    """A client whose methods answer this, whatever they are asked."""
    return SimpleNamespace(**{name: lambda answer=answer, **_: answer for name, answer in answers.items()})


def paginated(*pages: Mapping[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(get_paginator=lambda _name: SimpleNamespace(paginate=lambda **_: iter(pages)))


def refused(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "AnyCall")


def test_a_ringing_alarm_says_its_own_advice() -> None:
    alarms = [{"AlarmName": "late", "StateValue": "ALARM", "AlarmDescription": "do this"}]
    [outcome] = checked_alarms(target(cloudwatch=replying(describe_alarms={"MetricAlarms": alarms})), STACK)
    assert (outcome.status, outcome.details, outcome.advice) == (Status.WARNING, "late", "do this")


@pytest.mark.parametrize(
    ("subscriptions", "status", "words"),
    [
        ([], Status.WARNING, "aws sns subscribe"),
        ([{"Endpoint": "ops@x.org", "SubscriptionArn": "PendingConfirmation"}], Status.WARNING, "must confirm"),
        ([{"Endpoint": "ops@x.org", "SubscriptionArn": "arn:aws:sns:1"}], Status.OK, ""),
    ],
)
def test_a_topic_without_a_confirmed_subscriber_is_a_warning(
    subscriptions: list[dict[str, str]], status: Status, words: str
) -> None:
    outcome = checked_subscribers(target(sns=paginated({"Subscriptions": subscriptions})), STACK)
    assert outcome.status is status
    assert words in outcome.advice


def test_only_dead_letter_queues_must_be_empty() -> None:
    full = replying(get_queue_attributes={"Attributes": {"ApproximateNumberOfMessages": "2"}})
    outcome = checked_dead_letters(target(sqs=full), STACK)
    assert outcome.status is Status.FAILED
    assert outcome.details == "linewatch-prod-results-dlq: 2"


@pytest.mark.parametrize(
    ("stages", "status"),
    [
        ([{"stageName": "v1", "methodSettings": {"*/*": {"throttlingRateLimit": 500.0}}}], Status.OK),
        ([{"stageName": "v1", "methodSettings": {"*/*": {"throttlingRateLimit": -1.0}}}], Status.FAILED),
        ([{"stageName": "v1"}], Status.FAILED),
        ([{"stageName": "v1"}, {"stageName": "Stage"}], Status.FAILED),
    ],
)
def test_the_api_must_have_one_stage_with_a_limit(stages: list[dict[str, Any]], status: Status) -> None:
    assert checked_api(target(apigateway=replying(get_stages={"item": stages})), "a1").status is status


@pytest.mark.parametrize(("days", "status"), [({}, Status.WARNING), ({"retentionInDays": 30}, Status.OK)])
def test_a_log_that_is_kept_for_ever_is_a_warning(days: dict[str, int], status: Status) -> None:
    groups = [{"logGroupName": "/linewatch/prod", **days}, {"logGroupName": "/linewatch/prod-2"}]
    assert checked_log(target(logs=replying(describe_log_groups={"logGroups": groups})), STACK).status is status


@pytest.mark.parametrize(("limit", "status"), [(10, Status.WARNING), (30, Status.WARNING), (31, Status.OK)])
def test_the_account_must_allow_the_workers_and_twenty_besides(limit: int, status: Status) -> None:
    called = [
        {"FunctionArn": "arn:aws:lambda:eu-west-1:1:function:linewatch-prod-inspect_images:live", "ScalingConfig": TEN},
        {"FunctionArn": "arn:aws:lambda:eu-west-1:1:function:linewatch-prod-2-inspect_images", "ScalingConfig": TEN},
        {
            "FunctionArn": "arn:aws:lambda:eu-west-1:1:function:linewatch-prod-inspect_images",
            "State": "Disabled",
            "ScalingConfig": TEN,
        },
        {"FunctionArn": "arn:aws:lambda:eu-west-1:1:function:linewatch-prod-relay_changes"},
    ]
    functions = paginated({"EventSourceMappings": called})
    functions.get_account_settings = lambda: {"AccountLimit": {"ConcurrentExecutions": limit}}
    outcome = checked_concurrency(target(**{"lambda": functions}))
    assert outcome.status is status
    assert ("L-B99A9384" in outcome.advice) == (status is Status.WARNING)


@pytest.mark.parametrize(
    ("answer", "status", "details"),
    [
        ({"DetectionStatus": "DETECTION_COMPLETE", "StackDriftStatus": "IN_SYNC"}, Status.OK, "nothing"),
        ({"DetectionStatus": "DETECTION_COMPLETE", "StackDriftStatus": "DRIFTED"}, Status.WARNING, "Bucket, Keys"),
        ({"DetectionStatus": "DETECTION_FAILED", "DetectionStatusReason": "no right"}, Status.SKIPPED, "no right"),
    ],
)
def test_drift_is_a_warning_that_names_the_resources(answer: dict[str, str], status: Status, details: str) -> None:
    cloudformation = replying(
        detect_stack_drift={"StackDriftDetectionId": "1"},
        describe_stack_drift_detection_status=answer,
        describe_stack_resource_drifts={
            "StackResourceDrifts": [{"LogicalResourceId": "Keys"}, {"LogicalResourceId": "Bucket"}]
        },
    )
    outcome = checked_drift(target(cloudformation=cloudformation), STACK)
    assert outcome.status is status
    assert details in outcome.details


def test_drift_is_skipped_with_the_reason_where_it_does_not_exist() -> None:
    def detect_stack_drift(**_: Any) -> None:
        raise refused("InvalidAction", "Unknown action DetectStackDrift")

    outcome = checked_drift(target(cloudformation=SimpleNamespace(detect_stack_drift=detect_stack_drift)), STACK)
    assert (outcome.status, outcome.details) == (
        Status.SKIPPED,
        "CloudFormation cannot say: Unknown action DetectStackDrift",
    )


def test_a_stage_deployed_by_chalice_has_the_stack_of_its_resources() -> None:
    def pages(StackName: str) -> Any:  # noqa: N803
        if not StackName.endswith("-resources"):
            raise refused("ValidationError", f"Stack with id {StackName} does not exist")
        yield {"StackResourceSummaries": [{"ResourceType": "AWS::SQS::Queue", "PhysicalResourceId": "q"}]}

    cloudformation = SimpleNamespace(get_paginator=lambda _name: SimpleNamespace(paginate=pages))
    assert stack_of(target(cloudformation=cloudformation)) == Stack("linewatch-prod-resources", {"SQS::Queue": ["q"]})


def test_a_stage_that_does_not_exist_is_said_at_once() -> None:
    def pages(StackName: str) -> Any:  # noqa: N803
        raise refused("ValidationError", f"Stack with id {StackName} does not exist")

    cloudformation = SimpleNamespace(get_paginator=lambda _name: SimpleNamespace(paginate=pages))
    with pytest.raises(NoStack, match="no stage prod in account 1 and region eu-west-1"):
        next(checks(target(cloudformation=cloudformation), 1, print))


def test_missing_rights_fail_one_check_and_not_the_others() -> None:
    asked: list[str] = []

    class Denied(FakeTarget):
        def client(self, service: str) -> Any:
            asked.append(service)
            if asked == ["cloudformation"]:
                return paginated({"StackResourceSummaries": []})
            raise refused("AccessDenied", f"you may not use {service}")

        def linewatch(self) -> Any:
            raise refused("AccessDenied", "you may not use dynamodb")

    outcomes = list(checks(Denied("prod", "1", "eu-west-1", api_url="http://127.0.0.1:1/v1"), 1, print))
    assert len(outcomes) == 8
    assert {outcome.status for outcome in outcomes} == {Status.FAILED}
    assert any("you may not use sns" in outcome.details for outcome in outcomes)


SENT = [SentImage(KnownImage("good", b"", Verdict.NORMAL), "i1", 0.0)]


def test_a_wrong_verdict_and_a_missing_one_fail() -> None:
    wrong = images._verdicts(SENT, {"i1": ({"verdict": "anomalous"}, 1.0)}, 60)
    assert (wrong.status, wrong.details) == (Status.FAILED, "the good image is anomalous, not normal")
    missing = images._verdicts(SENT, {}, 60)
    assert (missing.status, missing.details) == (Status.FAILED, "no verdict after 60 s: i1")


def test_a_table_that_lacks_an_answered_inspection_fails() -> None:
    assert images._table(SENT, {"i1": ({"verdict": "normal"}, 1.0)}, {"i1": None}).status is Status.FAILED
    assert images._table(SENT, {}, {"i1": None}).status is Status.SKIPPED


def test_the_known_images_are_the_same_at_every_check() -> None:
    assert [image.verdict for image in known_images()] == [Verdict.NORMAL, Verdict.ANOMALOUS]
    assert len({image.etag for image in known_images()}) == 2
