"""The functions, their names and what they are given."""

import sys
from pathlib import Path
from typing import Any

import pytest

from linewatch.stack.template import PackagingFailed, merged_infra, without_type
from tests.support.deployment import create_tables
from tests.support.resources import Resources


def test_a_functions_name_is_its_handlers(resources: Resources) -> None:
    for name, function in resources.functions().items():
        handler = "api_handler" if name == "APIHandler" else function["Handler"].removeprefix("app.")
        assert function["FunctionName"] == {"Fn::Sub": f"linewatch-${{Stage}}-{handler}"}, name


def test_every_trigger_of_the_app_has_its_settings(resources: Resources) -> None:
    for kind, source in (("SQS", "Queue"), ("DynamoDB", "Stream")):
        for name, _, event in resources.events(kind):
            assert "Fn::GetAtt" in event[source], f"{name} still has app.py's placeholder"


def test_functions_know_their_stage_and_account_and_log_in_one_place(template: dict[str, Any]) -> None:
    everywhere = template["Globals"]["Function"]
    assert everywhere["Environment"]["Variables"] == {
        "LINEWATCH_STAGE": {"Ref": "Stage"},
        "LINEWATCH_ACCOUNT": {"Ref": "AWS::AccountId"},
    }
    assert everywhere["LoggingConfig"] == {"LogGroup": {"Ref": "Log"}}


def test_every_function_and_the_api_are_traced(resources: Resources) -> None:
    assert {function["Tracing"] for function in resources.functions().values()} == {"Active"}
    (api,) = resources.of_type("Serverless::Api").values()
    assert api["TracingEnabled"] is True


def test_images_pass_the_api_as_bytes(resources: Resources) -> None:
    (api,) = resources.of_type("Serverless::Api").values()
    assert {"image/png", "image/jpeg"} <= set(api["BinaryMediaTypes"])


def test_functions_run_on_the_python_that_they_were_packaged_with(resources: Resources) -> None:
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert {function["Runtime"] for function in resources.functions().values()} == {runtime}


def test_heavy_libraries_go_only_to_those_who_need_them(resources: Resources) -> None:
    layers = {name: function.get("Layers", []) for name, function in resources.functions().items()}
    assert [name for name, used in layers.items() if {"Ref": "VisionLayer"} in used] == ["InspectImages"]
    assert not layers["APIHandler"]
    assert not layers["Authorize"]


class _Tables(dict[str, dict[str, Any]]):
    """Takes `create_table` as DynamoDB does."""

    def create_table(self, **table: Any) -> None:
        self[table["TableName"].removeprefix("linewatch-test-")] = table


def test_the_tests_tables_are_the_templates(resources: Resources) -> None:
    made = _Tables()
    create_tables(made)
    declared = {
        table["TableName"]["Fn::Sub"].removeprefix("linewatch-${Stage}-"): table
        for table in resources.of_type("DynamoDB::Table").values()
    }
    for name, table in made.items():
        assert declared[name]["KeySchema"] == table["KeySchema"]
        assert declared[name].get("GlobalSecondaryIndexes") == table.get("GlobalSecondaryIndexes")


def test_a_name_in_two_files_of_infra_is_refused(tmp_path: Path) -> None:
    for file in ("a.yaml", "b.yaml"):
        (tmp_path / file).write_text("Resources:\n  Twice: {Type: AWS::SQS::Queue}\n")
    with pytest.raises(PackagingFailed, match=r"Resources of b\.yaml: another file of infra/ also defines Twice"):
        merged_infra(tmp_path)


def test_settings_for_what_chalice_did_not_generate_are_found() -> None:
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Events": {"Mistyped": {"Properties": {}}}}}
    assert without_type({"Resources": {"Good": function, "Bad": {"Properties": {}}}}) == ["Bad", "Good.Mistyped"]
