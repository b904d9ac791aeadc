"""A project that does not exist is named, also where it need not exist."""

from collections.abc import Iterator

import pytest

from tests.operate.stage import Stage, a_stage
from tests.pipeline.account import client


@pytest.fixture
def stage() -> Iterator[Stage]:
    with a_stage() as made:
        made.run("project", "create", "plates")
        client("apigateway").create_rest_api(name="linewatch-test")
        yield made


@pytest.mark.parametrize("words", [("key", "create", "--role", "camera"), ("page",)])
def test_a_key_or_a_link_to_a_project_that_does_not_exist_is_made_with_a_warning(
    stage: Stage, words: tuple[str, ...]
) -> None:
    assert "warning:" not in stage.run(*words, "--project", "plates").stderr
    made = stage.run(*words, "--project", "plate")
    assert made.stdout
    assert "there is no project plate: `linewatch project list --stage test` lists those that there are" in made.stderr


@pytest.mark.parametrize("words", [("key", "create", "--role", "camera"), ("page",)])
def test_a_project_that_cannot_be_read_exists_and_stops_neither(stage: Stage, words: tuple[str, ...]) -> None:
    client("dynamodb").update_item(
        TableName="linewatch-test-registry",
        Key={"project": {"S": "plates"}, "item": {"S": "project"}},
        UpdateExpression="SET body = :damaged",
        ExpressionAttributeValues={":damaged": {"S": "{"}},
    )
    assert "there is no project" not in stage.run(*words, "--project", "plates").stderr
