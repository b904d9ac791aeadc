"""Alarms of single lines are made when the setting names the lines."""

import re
from typing import Any

from linewatch.stack.watched_lines import written_out

RESOURCES: dict[str, Any] = {
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Silent": {
        "Type": "AWS::CloudWatch::Alarm",
        "Metadata": {"ForEach": "WatchedLines"},
        "Properties": {
            "AlarmName": {"Fn::Sub": "silent-${Stage} {project}/{line}"},
            "Dimensions": [{"Name": "project", "Value": "{project}"}, {"Name": "line", "Value": "{line}"}],
            "Threshold": 1,
        },
    },
}


def test_without_watched_lines_only_the_other_resources_are_made() -> None:
    assert written_out(RESOURCES, "") == {"Topic": {"Type": "AWS::SNS::Topic"}}


def test_each_watched_line_has_a_copy_with_its_names() -> None:
    made = written_out(RESOURCES, "plates/line-1,cast.a/line_2")
    first, second = (alarm["Properties"] for name, alarm in made.items() if name != "Topic")
    assert first["AlarmName"] == {"Fn::Sub": "silent-${Stage} plates/line-1"}
    assert [each["Value"] for each in second["Dimensions"]] == ["cast.a", "line_2"]
    assert second["Threshold"] == 1


def test_names_of_copies_are_valid_and_unique() -> None:
    made = written_out(RESOURCES, "a/b-c,a/bc,a/b_c")
    assert len(made) == 4
    assert all(re.fullmatch("[A-Za-z0-9]+", name) for name in made)


def test_a_copy_has_the_same_name_at_the_next_deployment() -> None:
    assert written_out(RESOURCES, "a/b,c/d").keys() > written_out(RESOURCES, "c/d").keys()
