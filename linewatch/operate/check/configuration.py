"""Whether the stage is set up as it should be: its API, its log, the account's limit, and nothing changed by hand."""

import re
import time
from typing import Any

from botocore.exceptions import ClientError

from linewatch.operate.check.deployed import Stack
from linewatch.operate.check.outcome import Outcome, Status
from linewatch.stack.account_check import BESIDE_INSPECTION, REQUEST, concurrency_limit
from linewatch.stack.target import Target

DRIFT_SECONDS = 300.0
POLL_SECONDS = 2.0
_UNSUPPORTED = {"InvalidAction", "UnsupportedOperation", "NotImplemented", "ValidationError"}


def checked_api(target: Target, api_id: str) -> Outcome:
    """Whether the API has one stage, in which all routes have a limit."""
    stages = target.client("apigateway").get_stages(restApiId=api_id)["item"]
    names = ", ".join(stage["stageName"] for stage in stages)
    if len(stages) != 1:
        advice = "aws apigateway delete-stage the other ones, then deploy: nothing limits their requests"
        return Outcome("API", Status.FAILED, f"{len(stages)} stages: {names}", advice)
    limit = stages[0].get("methodSettings", {}).get("*/*", {}).get("throttlingRateLimit", -1)
    if limit <= 0:
        return Outcome("API", Status.FAILED, f"nothing limits the requests to {names}", "deploy again")
    return Outcome("API", Status.OK, f"one stage, {names}, at most {limit:g} requests a second")


def checked_log(target: Target, stack: Stack) -> Outcome:
    """Whether the log's lines are deleted at some time: else they are paid for ever."""
    logs = target.client("logs")
    kept: dict[str, int | None] = {}
    for name in stack.resources.get("Logs::LogGroup", []):
        groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        kept |= {
            group["logGroupName"]: group.get("retentionInDays") for group in groups if group["logGroupName"] == name
        }
    if forever := [name for name, days in kept.items() if days is None]:
        advice = f"aws logs put-retention-policy --log-group-name {forever[0]} --retention-in-days 30"
        return Outcome("log", Status.WARNING, f"kept for ever: {', '.join(forever)}", advice)
    return Outcome("log", Status.OK, ", ".join(f"{name}: {days} days" for name, days in kept.items()))


def checked_concurrency(target: Target) -> Outcome:
    """Whether the account allows all workers at once, and what else may run besides."""
    functions = target.client("lambda")
    limit = concurrency_limit(functions)
    workers = _most_workers(functions, target.stage)
    details = f"{workers} workers and {BESIDE_INSPECTION} besides, of {limit} that the account may run"
    if workers + BESIDE_INSPECTION > limit:
        advice = (
            f"{REQUEST} --desired-value {max(1000, 2 * (workers + BESIDE_INSPECTION))}; "
            "or a smaller InspectionConcurrency"
        )
        return Outcome("concurrency", Status.WARNING, details, advice)
    return Outcome("concurrency", Status.OK, details)


def _most_workers(functions: Any, stage: str) -> int:
    """Of the stage's functions that queues and streams call, whichever way it was deployed, but of stopped projects."""
    of_stage = re.compile(rf":function:linewatch-{re.escape(stage)}-\w+(:\w+)?$")
    pages = functions.get_paginator("list_event_source_mappings").paginate()
    mappings = [each for page in pages for each in page["EventSourceMappings"] if of_stage.search(each["FunctionArn"])]
    on = [mapping for mapping in mappings if mapping.get("State") != "Disabled"]
    return sum(mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1) for mapping in on)


def checked_drift(target: Target, stack: Stack) -> Outcome:
    """Whether somebody changed a resource of the stack by hand."""
    cloudformation = target.client("cloudformation")
    try:
        detection = cloudformation.detect_stack_drift(StackName=stack.name)["StackDriftDetectionId"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in _UNSUPPORTED:
            raise
        return Outcome("drift", Status.SKIPPED, f"CloudFormation cannot say: {error.response['Error']['Message']}")
    until = time.monotonic() + DRIFT_SECONDS
    while (status := _detection(cloudformation, detection))["DetectionStatus"] == "DETECTION_IN_PROGRESS":
        if time.monotonic() > until:
            return Outcome("drift", Status.SKIPPED, f"CloudFormation was not done after {DRIFT_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    if status["DetectionStatus"] == "DETECTION_FAILED" and status.get("StackDriftStatus") != "DRIFTED":
        return Outcome("drift", Status.SKIPPED, status.get("DetectionStatusReason", "CloudFormation does not say why"))
    if status["StackDriftStatus"] != "DRIFTED":
        return Outcome("drift", Status.OK, "nothing was changed by hand")
    changed = ", ".join(sorted(_changed(cloudformation, stack.name)))
    return Outcome("drift", Status.WARNING, f"changed by hand: {changed}", "change it back, or deploy again")


def _detection(cloudformation: Any, detection: str) -> dict[str, Any]:
    answer: dict[str, Any] = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
    return answer


def _changed(cloudformation: Any, stack: str) -> list[str]:
    filters = ["MODIFIED", "DELETED"]
    answer = cloudformation.describe_stack_resource_drifts(StackName=stack, StackResourceDriftStatusFilters=filters)
    return [each["LogicalResourceId"] for each in answer["StackResourceDrifts"]]
