"""What Athena needs to ask the lake: tables, views, named queries, a work group and a policy."""

import json
from typing import Any

import pytest

from chalicelib.lake.domain import PREFIX
from chalicelib.lake.parquet import SCHEMA
from chalicelib.lake.queries import named_queries, view
from linewatch.stack.derived import derived
from linewatch.stack.settings import complete
from linewatch.stack.values import with_values
from tests.rights.grants import Policies
from tests.support.resources import Resources

COLUMNS = [*SCHEMA.names, "dt", "line"]
ACCOUNT = "123456789012"
BUCKET = f"linewatch-north-1-{ACCOUNT}"


def deployed(template: dict[str, Any], emulator: str) -> Resources:
    """The template of the stage `north-1` with all values written in."""
    values = complete(template["Parameters"], {"Stage": "north-1", "Emulator": emulator})
    return Resources(with_values(template, {**values, **derived(values), "AWS::AccountId": ACCOUNT, "Bucket": BUCKET}))


@pytest.fixture(scope="module")
def stage(template: dict[str, Any]) -> Resources:
    return deployed(template, "no")


def tables(stage: Resources) -> dict[str, dict[str, Any]]:
    return {each["TableInput"]["Name"]: each["TableInput"] for each in stage.of_type("Glue::Table").values()}


def names(columns: list[dict[str, str]]) -> list[str]:
    return [column["Name"] for column in columns]


def test_the_days_of_the_files_follow_from_a_rule(stage: Resources) -> None:
    files = tables(stage)["files"]
    rule = files["Parameters"]
    assert rule["projection.enabled"] == "true"
    assert rule["projection.dt.range"] == "2025-01-01,NOW+1DAYS"
    assert rule["storage.location.template"] == f"s3://{BUCKET}/{PREFIX}dt=${{dt}}/"
    assert files["PartitionKeys"] == [{"Name": "dt", "Type": "string"}]
    assert names(files["StorageDescriptor"]["Columns"]) == SCHEMA.names


def test_the_emulator_finds_days_and_lines_in_the_path(template: dict[str, Any]) -> None:
    there = tables(deployed(template, "yes"))
    assert sorted(there) == ["current", "stored"]
    assert names(there["stored"]["PartitionKeys"]) == ["dt", "line"]


@pytest.mark.parametrize("name", ["stored", "current"])
def test_a_view_has_its_sql_and_its_columns_as_athena_writes_them(stage: Resources, name: str) -> None:
    table = tables(stage)[name]
    assert (table["TableType"], table["Parameters"]["presto_view"]) == ("VIRTUAL_VIEW", "true")
    text, own = table["ViewOriginalText"]["Fn::Sub"]
    assert text == "/* Presto View: ${View} */"
    described = json.loads(own["View"]["Fn::Base64"])
    assert described["originalSql"] == view(name).sql
    assert (described["catalog"], described["schema"]) == ("awsdatacatalog", "linewatch_north_1")
    assert names(table["StorageDescriptor"]["Columns"]) == [each["name"] for each in described["columns"]] == COLUMNS
    assert {each["type"] for each in described["columns"]} == {"varchar", "bigint", "double", "timestamp(3)"}


def test_each_named_query_is_saved_in_the_work_group(stage: Resources) -> None:
    saved = {each["Name"]: each for each in stage.of_type("Athena::NamedQuery").values()}
    assert {name: each["QueryString"] for name, each in saved.items()} == {
        name: query.sql for name, query in named_queries().items()
    }
    assert {each["WorkGroup"]["Ref"] for each in saved.values()} == {"LakeWorkGroup"}


def test_the_work_group_limits_what_a_query_reads_and_encrypts_its_result(stage: Resources) -> None:
    [group] = stage.of_type("Athena::WorkGroup").values()
    settings = group["WorkGroupConfiguration"]
    assert (group["Name"], settings["EnforceWorkGroupConfiguration"]) == ("linewatch-north-1", True)
    assert settings["BytesScannedCutoffPerQuery"] == 100_000_000_000
    result = settings["ResultConfiguration"]
    assert result["OutputLocation"] == f"s3://{BUCKET}/query-results/"
    assert result["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


def test_results_are_deleted_after_a_week(stage: Resources) -> None:
    [bucket] = stage.of_type("S3::Bucket").values()
    [rule] = [each for each in bucket["LifecycleConfiguration"]["Rules"] if each.get("Prefix") == "query-results/"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 7)


def test_an_analyst_changes_nothing_and_reads_the_lake_alone(template: dict[str, Any]) -> None:
    granted = Policies(template, "test").of_policy("AnalystPolicy")
    writing = {each.resource.partition(":::")[2] for each in granted if "Put" in each.action or "Abort" in each.action}
    assert {place.partition("/")[2] for place in writing} == {"query-results/*"}
    reading = {each.resource.partition("/")[2] for each in granted if each.action == "s3:GetObject"}
    assert reading == {"lake/inspections/*", "query-results/*"}
    verbs = {each.action.partition(":")[2] for each in granted if not each.action.startswith("s3:")}
    assert all(verb.startswith(("Get", "List", "BatchGet", "StartQuery", "StopQuery")) for verb in verbs)
