"""On what conditions an inspection is put into its table."""

from typing import Any

from chalicelib.aws.dynamodb import Item, attribute
from chalicelib.core.inspection import Inspection, Verdict


def replaces(inspection: Inspection) -> dict[str, Any]:
    """The condition of a put: there is no inspection, or a failed one without answers that this replaces."""
    condition = "attribute_not_exists(inspection_id) OR verdict = :failed AND attribute_not_exists(answers)"
    values = {":failed": {"S": Verdict.FAILED}}
    if inspection.verdict is not Verdict.FAILED:
        return {"ConditionExpression": condition, "ExpressionAttributeValues": values}
    return {
        "ConditionExpression": f"{condition} AND #reason <> :reason",
        "ExpressionAttributeNames": {"#reason": "reason"},
        "ExpressionAttributeValues": values | {":reason": {"S": inspection.reason or ""}},
    }


def is_still(known: Inspection) -> dict[str, Any]:
    """The condition of a put: this inspection is the stored one. Two failures have the same revision."""
    condition = "revision = :revision AND verdict = :verdict AND "
    values = {":revision": attribute(known.revision), ":verdict": attribute(known.verdict)}
    names = {"ExpressionAttributeNames": {"#reason": "reason"}}
    if known.reason is None:
        condition += "attribute_not_exists(#reason)"
        return names | {"ConditionExpression": condition, "ExpressionAttributeValues": values}
    values[":reason"] = attribute(known.reason)
    return names | {"ConditionExpression": f"{condition}#reason = :reason", "ExpressionAttributeValues": values}


def keeps_answers(item: Item) -> bool:
    """Whether the item is a failed inspection that people have reviewed."""
    return item["verdict"] == {"S": Verdict.FAILED} and "answers" in item
