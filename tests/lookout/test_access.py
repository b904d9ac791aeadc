"""Who may call what: a signature or a bearer token, the roles of each operation, one project for a key."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError

import app
from chalicelib.access.domain import AccessKey, Role
from chalicelib.core.clock import utc_now
from chalicelib.lookout.operations import PACKAGING, ROUTES
from chalicelib.projects.operations import ROLES, Operation
from tests.lookout.conftest import Lookout
from tests.lookout.contract import service
from tests.lookout.test_story import MANIFEST, OUTPUT, a_line, lines
from tests.support.deployment import SETTINGS
from tests.support.fake_access import FakeAccessKeys

LISTED = "/2020-11-20/projects"
SAMPLES = {"projectName": "plates", "datasetType": "train", "modelVersion": "1", "jobName": "j"}
ARN = "arn%3Aaws%3Alookoutvision%3Aeu-west-1%3A123456789012%3Aproject%2Fplates"


def test_every_operation_of_the_contract_has_its_route() -> None:
    contract = {
        name: (operation.http["method"], operation.http["requestUri"], operation.http.get("responseCode", 200))
        for name in service().operation_names
        for operation in [service().operation_model(name)]
        if name not in PACKAGING
    }
    routes = {str(name): (route.method, route.path.replace("+}", "}"), route.status) for name, route in ROUTES.items()}
    assert routes == contract


def test_every_packaging_operation_has_its_route() -> None:
    for name, route in PACKAGING.items():
        http = service().operation_model(name).http
        assert (route.method, route.path) == (http["method"], http["requestUri"])


def test_the_gateway_lets_every_call_through_to_the_app() -> None:
    for route in (*ROUTES.values(), *PACKAGING.values()):
        assert app.app.routes[route.path][route.method].authorizer is None


@pytest.mark.parametrize("operation", sorted(ROUTES))
def test_a_route_allows_exactly_the_roles_of_the_table(lookout: Lookout, operation: Operation) -> None:
    route = ROUTES[operation]
    path = route.path.replace("{resourceArn+}", ARN).format(**SAMPLES)
    body = '{"ProjectName": "plates", "DatasetType": "train", "MinInferenceUnits": 1, "Tags": [], "Changes": "e30="}'
    body = body[:-1] + ', "OutputConfig": {"S3Location": {"Bucket": "bucket"}}}'
    sent: Any = b"\xff\xd8\xff" if operation is Operation.DETECT_ANOMALIES else body
    allowed = {role for role in Role if lookout.send(route.method, path, sent, role=role).status != 403}
    assert allowed == ROLES[operation]


@pytest.mark.parametrize(
    "authorization", ["", "x", "Bearer", "Basic YTpi", "Bearer lw_k1_secret00000000", "aws4-HMAC-SHA256 Credential=k"]
)
def test_what_is_neither_a_signature_nor_a_token_is_refused_without_a_call_of_aws(
    lookout: Lookout, authorization: str
) -> None:
    """Nor is a client of AWS made for it, or its body read."""
    del lookout.linewatch.access.keys
    answer = lookout.send("POST", f"{LISTED}/plates/datasets", "no JSON", authorization=authorization)
    assert (answer.status, answer.body["Code"]) == (403, "AccessDeniedException")
    assert "keys" not in vars(lookout.linewatch.access)


@pytest.mark.parametrize("operation", sorted(set(ROUTES) - {Operation.LIST_PROJECTS}))
def test_a_key_reaches_its_own_project_only(lookout: Lookout, operation: Operation) -> None:
    if operation in {Operation.CREATE_PROJECT, Operation.DETECT_ANOMALIES}:
        return
    route = ROUTES[operation]
    path = route.path.replace("{resourceArn+}", ARN).format(**SAMPLES)
    body = '{"DatasetType": "train", "MinInferenceUnits": 1, "Tags": [], "Changes": "e30=",'
    body += '"OutputConfig": {"S3Location": {"Bucket": "bucket"}}}'
    answer = lookout.send(route.method, path, body, project="rings")
    assert (answer.status, answer.body["Code"]) == (403, "AccessDeniedException")


def test_a_wrong_secret_is_access_denied(lookout: Lookout) -> None:
    client = lookout.client(secret="0" * 64)
    with pytest.raises(client.exceptions.AccessDeniedException, match="the signature is wrong"):
        client.list_projects()


def test_an_unknown_key_gets_the_same_answer(lookout: Lookout) -> None:
    with pytest.raises(ClientError) as unknown:
        lookout.client_of("unknown", "secret").list_projects()
    with pytest.raises(ClientError) as wrong:
        lookout.client(secret="secret").list_projects()
    assert unknown.value.response["Error"] == wrong.value.response["Error"]


def test_a_bearer_token_is_accepted(lookout: Lookout) -> None:
    _, token = lookout.linewatch.access.issue_key(Role.VIEWER, "plates")
    assert lookout.send("GET", LISTED, authorization=f"Bearer {token}").status == 200


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer lw_no", "Basic YTpi", "AWS4-HMAC-SHA256 x", "é", "\x00"]
)
def test_a_malformed_header_costs_no_read(lookout: Lookout, authorization: str) -> None:
    class Unread(FakeAccessKeys):
        def find(self, key_id: str) -> AccessKey | None:
            raise AssertionError(f"{key_id} was looked up")

    lookout.linewatch.access.keys = Unread()
    answer = lookout.send("GET", LISTED, authorization=authorization)
    assert (answer.status, answer.body["Code"]) == (403, "AccessDeniedException")


def test_a_replayed_request_is_refused_after_five_minutes(lookout: Lookout) -> None:
    now = utc_now()
    lookout.linewatch.platform.clock = lambda: now + timedelta(minutes=6)
    client = lookout.client()
    with pytest.raises(client.exceptions.AccessDeniedException, match="set the clock"):
        client.list_projects()


def test_a_replayed_request_that_changes_something_gets_the_first_answer_and_happens_once(lookout: Lookout) -> None:
    """Whoever listens may send the same bytes again: the client has signed its token with them."""
    client = lookout.client()
    sent: list[AWSPreparedRequest] = []
    client.meta.events.register_first("before-send.lookoutvision.*", lambda request, **_: sent.append(request))
    client.create_project(ProjectName="plates")
    lookout.entries.manifests["s3://bucket/datasets/plates/train.manifest"] = lines().encode()
    client.create_dataset(ProjectName="plates", DatasetType="train", DatasetSource=MANIFEST)
    client.create_model(ProjectName="plates", OutputConfig=OUTPUT)
    client.update_dataset_entries(ProjectName="plates", DatasetType="train", Changes=a_line(99, "normal").encode())
    for request, first in list(zip(sent, lookout.gateway.answers, strict=True)):
        lookout.gateway.send(request, f"before-send.lookoutvision.{first.operation}")
        assert lookout.gateway.answers[-1] == first
    assert len(client.list_models(ProjectName="plates")["Models"]) == 1
    stats = client.describe_dataset(ProjectName="plates", DatasetType="train")["DatasetDescription"]["ImageStats"]
    assert stats["Total"] == 31


@pytest.mark.parametrize("decode", [str, lambda text: text.replace("%3A", ":").replace("%2F", "/")])
def test_a_signature_holds_whether_the_gateway_decodes_the_path_or_not(
    lookout: Lookout, decode: Callable[[str], str]
) -> None:
    lookout.gateway.decode = decode
    client = lookout.client()
    arn = client.create_project(ProjectName="plates")["ProjectMetadata"]["ProjectArn"]
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == []


def test_a_signature_includes_what_a_proxy_takes_away(lookout: Lookout) -> None:
    lookout.linewatch.platform.settings = replace(SETTINGS, api_path_before="/behind/{api}")
    client = lookout.client(stage="behind/api-1/v1")
    lookout.gateway.taken_away = "/behind/api-1"
    assert client.list_projects()["Projects"] == []


@pytest.mark.parametrize("stage", ["v1", "lookout/prod"])
def test_a_signature_includes_what_stands_before_the_path(lookout: Lookout, stage: str) -> None:
    lookout.gateway.stage = stage
    client = lookout.client(stage=stage)
    assert client.list_projects()["Projects"] == []
