"""The rules that shadow runs made on a stage's bus, which no stack knows of. A bus with rules cannot be deleted."""

from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.settings import SHADOW_RULES


def delete_shadow_rules(events: Any, bus: str) -> None:
    """Delete them, if there is such a bus."""
    try:
        rules = events.list_rules(EventBusName=bus, NamePrefix=SHADOW_RULES)["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return
    for rule in rules:
        targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
        if targets:
            events.remove_targets(Rule=rule["Name"], EventBusName=bus, Ids=[each["Id"] for each in targets])
        events.delete_rule(Name=rule["Name"], EventBusName=bus)
