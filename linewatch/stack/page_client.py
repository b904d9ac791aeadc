"""After a deployment: set in the user pool where the page is, so that it sends people back there and nowhere else.

The template cannot: the API's address is known once the API is there, which needs the pool before.
"""

from typing import Any

from linewatch.stack.account import Account

PLACEHOLDER = "https://localhost/page"
"""What the template has in this place (infra/people.yaml)."""


class NoPool(Exception):
    """The stage has no user pool with the page as a client: its deployment is not complete."""


def set_page_address(account: Account, stage: str, page: str) -> None:
    """Add the address of the page to those that the pool knows. Raises `NoPool`."""
    cognito = account.client("cognito-idp")
    pool = _id_named(cognito, "list_user_pools", "UserPools", "Id", f"linewatch-{stage}-people")
    client = _id_named(cognito, "list_user_pool_clients", "UserPoolClients", "ClientId", "page", UserPoolId=pool)
    known = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]
    addresses = sorted({*known["CallbackURLs"], page} - {PLACEHOLDER})
    if addresses != sorted(known["CallbackURLs"]):
        # What is not given is reset. An empty text, which the emulator answers for what was never set, is not taken.
        settable = cognito.meta.service_model.operation_model("UpdateUserPoolClient").input_shape.members
        kept = {name: value for name, value in known.items() if name in settable and value != ""}
        cognito.update_user_pool_client(**kept | {"CallbackURLs": addresses, "LogoutURLs": addresses})


def _id_named(cognito: Any, operation: str, list_name: str, id_name: str, name: str, **given: str) -> str:
    for page in cognito.get_paginator(operation).paginate(**given, PaginationConfig={"PageSize": 60}):
        for each in page[list_name]:
            if name in {each.get("Name"), each.get("ClientName")}:
                return str(each[id_name])
    raise NoPool(f"there is no {name} in {list_name}: deploy the stage again")
