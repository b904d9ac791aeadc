"""What a stage costs without images, from its template."""

from typing import Any

from linewatch.project import ROOT
from linewatch.stack.monthly_cost import USD_PER_MILLION_IMAGES, at_rest


def test_alarms_dashboards_and_polled_queues_cost_while_nothing_comes() -> None:
    alarm, board = {"Type": "AWS::CloudWatch::Alarm"}, {"Type": "AWS::CloudWatch::Dashboard"}
    events = {"Queue": {"Type": "SQS"}, "Clock": {"Type": "Schedule"}}
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Events": events}}
    items = at_rest({"Resources": {"A": alarm, "B": alarm, "C": board, "D": function}})
    assert {item.what: (item.count, item.usd) for item in items} == {
        "alarms": (2, 0.2),
        "dashboards": (1, 3.0),
        "queues that Lambda polls": (1, 0.26),
    }


def test_every_alarm_of_the_template_is_counted(template: dict[str, Any]) -> None:
    [alarms] = [item.count for item in at_rest(template) if item.what == "alarms"]
    assert alarms == sum(each["Type"] == "AWS::CloudWatch::Alarm" for each in template["Resources"].values())


def test_the_price_of_a_million_images_is_that_of_the_reference() -> None:
    table = (ROOT / "docs" / "reference" / "cost.md").read_text()
    for usd in USD_PER_MILLION_IMAGES:
        assert f"| {usd:.2f} |" in table
