"""Write the lake's columns, views and named queries into the template, so that Athena has what DuckDB has.

Format of a view: `/* Presto View: <JSON in Base64> */`, as Athena itself writes it into Glue for CREATE VIEW.
"""

import json
from typing import Any

from chalicelib.lake.parquet import DOUBLE, INTEGER, SCHEMA, TEXT, TIME
from chalicelib.lake.queries import Query, named_queries, view
from linewatch.stack.template import Template

TYPES = {TEXT: ("string", "varchar"), INTEGER: ("bigint", "bigint"), DOUBLE: ("double", "double")}
TYPES |= {TIME: ("timestamp", "timestamp(3)")}
"""The types of the lake's columns in Glue and in Athena's SQL. Athena reads times to the millisecond."""

_FILE_COLUMNS = [(name, *TYPES[SCHEMA.field(name).type]) for name in SCHEMA.names]
_PATH_COLUMNS = [(name, *TYPES[TEXT]) for name in ("dt", "line")]


def with_queries(template: Template) -> None:
    """Fill in the table of files and the two views, and add a resource for each named query."""
    resources = template["Resources"]
    _table(resources["LakeFiles"])["StorageDescriptor"]["Columns"] = _in_glue(_FILE_COLUMNS)
    for resource, name in {"StoredView": "stored", "CurrentView": "current"}.items():
        _table(resources[resource]).update(_view(view(name)))
    resources |= {_resource_name(query): _named_query(query) for query in named_queries().values()}


def _table(resource: dict[str, Any]) -> dict[str, Any]:
    table: dict[str, Any] = resource["Properties"]["TableInput"]
    return table


def _in_glue(columns: list[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"Name": name, "Type": kind} for name, kind, _ in columns]


def _view(query: Query) -> dict[str, Any]:
    columns = _FILE_COLUMNS + _PATH_COLUMNS
    described = {
        "originalSql": query.sql,
        "catalog": "awsdatacatalog",
        "schema": "${DatabaseName}",
        "columns": [{"name": name, "type": kind} for name, _, kind in columns],
    }
    encoded = {"Fn::Base64": {"Fn::Sub": json.dumps(described)}}
    return {
        "Name": query.name,
        "Description": query.description,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "StorageDescriptor": {"Columns": _in_glue(columns), "SerdeInfo": {}},
        "ViewOriginalText": {"Fn::Sub": ["/* Presto View: ${View} */", {"View": encoded}]},
        "ViewExpandedText": "/* Presto View */",
    }


def _resource_name(query: Query) -> str:
    return f"{query.name.title().replace('-', '')}Query"


def _named_query(query: Query) -> dict[str, Any]:
    return {
        "Type": "AWS::Athena::NamedQuery",
        "Condition": "OnAws",
        "Properties": {
            "Name": query.name,
            "Description": f"{query.description} Parameters: first day, last day, project ('' for all).",
            "Database": {"Ref": "LakeDatabase"},
            "WorkGroup": {"Ref": "LakeWorkGroup"},
            "QueryString": query.sql,
        },
    }
