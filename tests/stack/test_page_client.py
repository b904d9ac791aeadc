"""After a deployment the user pool knows where the page is, and everything else of its client stays."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from linewatch.stack.page_client import PLACEHOLDER, NoPool, set_page_address
from linewatch.stack.target import Target

PAGE = "https://abc.execute-api.eu-west-1.amazonaws.com/v1/page"
OWN = "https://lines.example.com/page"


class OnMoto(Target):
    """A stage whose AWS is in memory."""

    def client(self, service: str) -> Any:
        session: Any = boto3
        return session.client(service, region_name=self.region)


@pytest.fixture
def stage() -> Iterator[Target]:
    with mock_aws():
        yield OnMoto("plant", "123456789012", "eu-west-1")


def a_client(stage: Target, *addresses: str) -> dict[str, str]:
    cognito = stage.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="linewatch-plant-people")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="page",
        CallbackURLs=list(addresses),
        LogoutURLs=list(addresses),
        AllowedOAuthFlows=["code"],
        WriteAttributes=["locale"],
    )
    return {"UserPoolId": pool, "ClientId": made["UserPoolClient"]["ClientId"]}


def client_of(stage: Target, client: dict[str, str]) -> dict[str, Any]:
    known: dict[str, Any] = stage.client("cognito-idp").describe_user_pool_client(**client)["UserPoolClient"]
    return known


@pytest.mark.parametrize(("before", "after"), [([PLACEHOLDER], [PAGE]), ([OWN], [PAGE, OWN]), ([PAGE], [PAGE])])
def test_the_address_is_added_and_the_rest_stays(stage: Target, before: list[str], after: list[str]) -> None:
    client = a_client(stage, *before)
    set_page_address(stage, "plant", PAGE)
    known = client_of(stage, client)
    assert known["CallbackURLs"] == known["LogoutURLs"] == after
    assert (known["AllowedOAuthFlows"], known["WriteAttributes"]) == (["code"], ["locale"])


def test_a_stage_without_a_pool_is_an_error(stage: Target) -> None:
    with pytest.raises(NoPool, match="linewatch-plant-people"):
        set_page_address(stage, "plant", PAGE)
