"""The functions: their names, settings and libraries."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore.exceptions import ReadTimeoutError
from chalice.package import YAMLTemplateSerializer

from chalicelib.aws.event_sources import PLACEHOLDER_NUMBER
from chalicelib.lookout.error_answers import Throttled
from chalicelib.models.detect import DetectRequest
from linewatch.project import ROOT
from linewatch.stack.template import PackagingFailed, merged_infra, read, without_type
from tests.support.deployment import a_linewatch, aws_clients, create_registry, create_tables
from tests.support.fake_aws import FakeFunctions
from tests.support.resources import Resources

INFRA = ROOT / "infra"


def leaves(part: Any) -> list[Any]:
    """Every value in a part of a template."""
    if isinstance(part, dict | list):
        return [leaf for each in (part.values() if isinstance(part, dict) else part) for leaf in leaves(each)]
    return [part]


def twice(node: yaml.Node) -> list[str]:
    """The keys that a mapping in this part of a file has twice."""
    if isinstance(node, yaml.ScalarNode):
        return []
    if isinstance(node, yaml.SequenceNode):
        return [key for each in node.value for key in twice(each)]
    names = [key.value for key, _ in node.value]
    inside = [key for _, value in node.value for key in twice(value)]
    return inside + sorted({name for name in names if names.count(name) > 1})


def test_the_api_waits_for_another_function_for_less_than_its_own_time(resources: Resources) -> None:
    """What it is killed in the middle of has no answer that says what to do."""
    limit = resources.functions()["APIHandler"]["Timeout"]
    assert aws_clients().functions_at_once.meta.config.read_timeout < limit  # type: ignore[attr-defined]
    linewatch = a_linewatch()
    slow: Any = FakeFunctions(fault=ReadTimeoutError(endpoint_url="x"))
    linewatch.platform.clients.functions_at_once = slow
    with pytest.raises(Throttled):
        linewatch.lookout.detector.detect(DetectRequest("plates", "1", b""))
    assert slow.invoked


def test_a_function_has_the_name_of_its_handler(resources: Resources) -> None:
    for name, function in resources.functions().items():
        handler = "" if name == "APIHandler" else function["Handler"].replace("app.", "-")
        assert function["FunctionName"] == {"Fn::Sub": f"linewatch-${{Stage}}{handler}"}, name


def test_every_trigger_of_the_app_has_a_real_source(resources: Resources) -> None:
    for kind, source in (("SQS", "Queue"), ("DynamoDB", "Stream")):
        for name, _, event in resources.events(kind):
            assert "Fn::GetAtt" in event[source], f"{name} still has app.py's placeholder"
            assert PLACEHOLDER_NUMBER not in leaves(event), (
                f"{name} lacks a setting that app.py gives to chalice deploy"
            )


def test_all_functions_have_the_stage_and_the_account_and_one_log_group(template: dict[str, Any]) -> None:
    everywhere = template["Globals"]["Function"]
    assert everywhere["Environment"]["Variables"] == {
        "LINEWATCH_STAGE": {"Ref": "Stage"},
        "LINEWATCH_ACCOUNT": {"Ref": "AWS::AccountId"},
        "LINEWATCH_METRICS_PER_LINE": {"Fn::If": ["MeasureLines", "yes", "no"]},
        "LINEWATCH_PARTIAL_BATCHES": "1",
    }
    assert everywhere["LoggingConfig"]["LogGroup"] == {"Ref": "Log"}


def test_a_runtime_and_its_boto3_change_with_a_deployment_only(template: dict[str, Any]) -> None:
    assert template["Globals"]["Function"]["RuntimeManagementConfig"] == {"UpdateRuntimeOn": "FunctionUpdate"}


def test_lambda_writes_no_lines_of_its_own_but_of_what_failed(template: dict[str, Any]) -> None:
    """Its levels work with JSON only. The functions' lines are JSON with a level, and pass as they are."""
    logging = template["Globals"]["Function"]["LoggingConfig"]
    assert (logging["LogFormat"], logging["SystemLogLevel"]) == ("JSON", "WARN")
    assert logging.get("ApplicationLogLevel", "INFO") == "INFO"


def test_every_function_and_the_api_are_traced_unless_a_deployment_says_no(
    template: dict[str, Any], resources: Resources
) -> None:
    assert not [name for name, function in resources.functions().items() if "Tracing" in function]
    assert template["Globals"]["Function"]["Tracing"] == {"Ref": "Tracing"}
    assert template["Parameters"]["Tracing"]["Default"] == "Active"
    (api,) = resources.of_type("Serverless::Api").values()
    assert api["TracingEnabled"] == {"Fn::If": ["Traced", True, False]}
    assert template["Conditions"]["Traced"] == {"Fn::Equals": [{"Ref": "Tracing"}, "Active"]}


def test_images_pass_the_api_as_bytes(resources: Resources) -> None:
    (api,) = resources.of_type("Serverless::Api").values()
    assert {"image/png", "image/jpeg"} <= set(api["BinaryMediaTypes"])
    assert api["MinimumCompressionSize"] == 1400


def test_functions_run_on_the_python_that_they_were_packaged_with(resources: Resources) -> None:
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert {function["Runtime"] for function in resources.functions().values()} == {runtime}


def test_only_functions_that_need_them_have_large_libraries(resources: Resources) -> None:
    layers = {name: function.get("Layers", []) for name, function in resources.functions().items()}
    assert sorted(name for name, used in layers.items() if {"Ref": "VisionLayer"} in used) == [
        "InspectAtOnce",
        "InspectImages",
        "JudgeInShadow",
        "PrintReports",
        "ReplayImages",
        "TrainModel",
    ]
    assert [name for name, used in layers.items() if {"Ref": "TrainingLayer"} in used] == ["TrainModel"]
    assert layers["APIHandler"] == [{"Ref": "CalendarLayer"}, {"Ref": "ReportsLayer"}]
    assert not layers["Authorize"]


class _Tables(dict[str, dict[str, Any]]):
    """Records calls of `create_table`."""

    def create_table(self, **table: Any) -> None:
        self[table["TableName"].removeprefix("linewatch-test-")] = table


def test_the_tables_of_the_tests_equal_those_of_the_template(resources: Resources) -> None:
    made = _Tables()
    create_tables(made)
    create_registry(made)
    declared = {
        table["TableName"]["Fn::Sub"].removeprefix("linewatch-${Stage}-"): table
        for table in resources.of_type("DynamoDB::Table").values()
    }
    for name, table in made.items():
        assert declared[name]["KeySchema"] == table["KeySchema"]
        assert declared[name].get("GlobalSecondaryIndexes") == table.get("GlobalSecondaryIndexes")


def test_a_name_in_two_files_of_infra_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text("Shared: {}\n")
    for file in ("a.yaml", "b.yaml"):
        (tmp_path / file).write_text("Resources:\n  Twice: {Type: AWS::SQS::Queue}\n")
    with pytest.raises(PackagingFailed, match=r"Resources of b\.yaml: another file of infra/ also defines Twice"):
        merged_infra(tmp_path)


def test_short_forms_are_read_as_chalice_reads_them() -> None:
    text = (ROOT / "infra" / "canary" / "canary.yaml").read_text()
    text += (
        "More: [!Ref A, !Condition B, !GetAtt C.D.E, !GetAtt [F, G], !Sub [a, {b: !If [c, 1, !Ref d]}], !Not {e: f}]"
    )
    assert read(text, "canary.yaml") == YAMLTemplateSerializer().load_template(text)


def test_a_file_of_infra_that_is_not_yaml_is_refused_with_its_name_and_line(tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").write_text("Shared: {}\n")
    (tmp_path / "a.yaml").write_text("Resources: [1\nParameters: 2\n")
    with pytest.raises(PackagingFailed, match=r"(?s)a\.yaml is not YAML.*line 3"):
        merged_infra(tmp_path)


@pytest.mark.parametrize("file", sorted({*INFRA.glob("*.yaml")} - {INFRA / "shared.yaml"}), ids=lambda file: file.name)
def test_no_name_stands_twice_in_a_file_of_infra(file: Path) -> None:
    """A parser would take the last one without a word."""
    assert twice(yaml.compose((INFRA / "shared.yaml").read_text() + file.read_text(), yaml.CSafeLoader)) == []


def test_a_name_that_stands_twice_is_found() -> None:
    assert twice(yaml.compose("a: [{b: 1, c: 2, b: 3}]\nb: 4\na: 5", yaml.CSafeLoader)) == ["b", "a"]


def test_settings_for_unknown_resources_are_found() -> None:
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Events": {"Mistyped": {"Properties": {}}}}}
    assert without_type({"Resources": {"Good": function, "Bad": {"Properties": {}}}}) == ["Bad", "Good.Mistyped"]
