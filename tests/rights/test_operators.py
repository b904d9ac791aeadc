"""Who runs Linewatch needs the operator's policy and no more: it, against the calls that the commands really make."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from chalicelib.aws.platform import Platform
from chalicelib.composition import Linewatch
from tests.pipeline.account import REGION
from tests.pipeline.wire import Wire
from tests.pipeline.world import deployed
from tests.rights.grants import Grant, Policies, missing, unused
from tests.rights.operating import COMMANDS, Operator, operate
from tests.support.fake_hosting import following

pytestmark = pytest.mark.faults

WITH_A_POLICY_OF_THEIR_OWN = {"check"}
IN_PARTS = {"migrate"}
"""Commands that do what others do one by one; they wait for a training, whose worker is not here."""
OVER_PYARROW = {"repeatability", "sql"}
"""Commands whose calls nothing here records: they list and read the lake, as `audit` does."""


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    logging.getLogger("linewatch").setLevel(logging.CRITICAL + 1)
    environment = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}
    environment |= {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}
    with pytest.MonkeyPatch.context() as patch, mock_aws(), deployed(Wire()) as world:
        for name, value in environment.items():
            patch.setenv(name, value)
        operator = Operator(world)
        world.projects_are_read = True
        with following(Linewatch(Platform(world.settings, Wire().clients))):
            operate(operator, tmp_path_factory.mktemp("operator"))
        yield operator


@pytest.fixture(scope="module")
def grants(template: dict[str, Any]) -> list[Grant]:
    return Policies(template, "test").of_policy("OperatorPolicy")


def test_every_command_of_operators_is_run(operator: Operator) -> None:
    assert operator.ran == COMMANDS - WITH_A_POLICY_OF_THEIR_OWN - IN_PARTS - OVER_PYARROW


def test_the_operators_policy_covers_every_command(operator: Operator, grants: list[Grant]) -> None:
    assert missing(grants, operator.needed) == []


def test_the_operators_policy_grants_nothing_that_no_command_uses(operator: Operator, grants: list[Grant]) -> None:
    assert [str(grant) for grant in unused(grants, operator.needed)] == []


def test_the_policy_for_people_is_what_their_commands_need(operator: Operator, template: dict[str, Any]) -> None:
    grants = Policies(template, "test").of_policy("PeoplePolicy")
    assert missing(grants, operator.needed_for_people) == []
    assert [str(grant) for grant in unused(grants, operator.needed_for_people)] == []
