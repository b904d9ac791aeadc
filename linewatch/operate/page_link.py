"""Addresses of a deployment: its API, its page, and the links that sign a person in."""

import re

from linewatch.camera.api import Refused
from linewatch.operate.operator import this_user
from linewatch.stack.target import Target


def api_address(target: Target) -> str:
    """The API's address, which both ways of deploying give the same name."""
    if target.api_url is not None:
        return target.api_url
    endpoint: str = target.client("apigateway").meta.endpoint_url
    suffix = endpoint.rpartition(f"{target.region}.")[2]
    return f"https://{api_id(target)}.execute-api.{target.region}.{suffix}/v1"


def api_id(target: Target) -> str:
    """The API's id on AWS. Raises `Refused` when there is none."""
    name = f"linewatch-{target.stage}"
    for page in target.client("apigateway").get_paginator("get_rest_apis").paginate():
        for api in page["items"]:
            if api["name"] == name:
                return str(api["id"])
    raise Refused(f"there is no API {name}")


def page_address(target: Target) -> str:
    """Where a browser finds the page."""
    return f"{api_address(target)}/page"


def sign_in_link(target: Target, token: str) -> str:
    """Opens the page signed in, once. What stands behind the # stays in the browser: no proxy and no log sees it."""
    return f"{page_address(target)}#link={token}"


def user_name() -> str:
    """The name of this computer's user, as the name of a person."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", this_user())[:64] or "operator"
