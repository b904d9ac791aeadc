"""The alarms that undo an update."""

from typing import Any

from linewatch.stack.rollback import marked_alarms


def test_some_alarms_undo_an_update_and_not_more_than_cloudformation_takes(template: dict[str, Any]) -> None:
    marked = {name for name, each in template["Resources"].items() if "RollbackMinutes" in each.get("Metadata", {})}
    assert 0 < len(marked) <= 5  # CloudFormation takes no more
    assert {template["Resources"][name]["Type"] for name in marked} == {"AWS::CloudWatch::Alarm"}


def test_an_alarm_undoes_an_update_only_with_the_time_that_the_setting_says() -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm"}
    template = {"Resources": {"Late": {**alarm, "Metadata": {"RollbackMinutes": 15}}, "Other": alarm}}
    assert marked_alarms(template) == {"Late": 15}
