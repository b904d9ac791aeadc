"""Who signs, and who makes the key for it, need their policies and no more. KMS is a fake: moto has no such keys."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from chalicelib.core.clock import utc_now
from linewatch.operate.sign_off.stage_keys import StageKeys
from linewatch.stack.signing_key import SigningKey
from tests.operate.sign_off.keys import FakeKms
from tests.pipeline.account import REGION
from tests.rights.grants import Policies, missing, unused
from tests.rights.needs import Need, needs_of

BUCKET = "linewatch-test-123456789012"


@dataclass
class Recorded:
    """A client of KMS that is answered by the fake, and what its calls need."""

    kms: FakeKms = field(default_factory=FakeKms)
    needed: set[Need] = field(default_factory=set)

    def client(self) -> Any:
        client = boto3.client("kms", region_name=REGION, aws_access_key_id="id", aws_secret_access_key="secret")
        asked: dict[str, Any] = {}

        def record(params: dict[str, Any], model: Any, **_: object) -> None:
            asked.clear()
            asked.update(params)
            self.needed |= needs_of("kms", model.name, params)

        def answer(model: Any, **_: object) -> Any:
            said = getattr(self.kms, xform_name(model.name))(**asked)
            return AWSResponse("", 200, HTTPHeaders(), None), said or {}

        client.meta.events.register("before-parameter-build", record)
        client.meta.events.register("before-call", answer)
        return client


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name=REGION, aws_access_key_id="id", aws_secret_access_key="secret")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


@pytest.fixture(scope="module")
def policies(template: dict[str, Any]) -> Policies:
    return Policies(template, "test")


def agree(policies: Policies, policy: str, needed: set[Need]) -> None:
    grants = policies.of_policy(policy)
    assert missing(grants, needed) == []
    assert [str(grant) for grant in unused(grants, needed)] == []


def test_the_policy_for_the_key_makes_replaces_and_removes_it_and_no_more(s3: Any, policies: Policies) -> None:
    recorded = Recorded()
    client = recorded.client()
    keys = StageKeys(client, s3, "test", BUCKET)
    keys.create(utc_now(), replace=False)
    keys.create(utc_now(), replace=True)
    SigningKey("test", client).delete()
    agree(policies, "SigningKeyPolicy", recorded.needed)


def test_the_policy_for_signers_signs_and_no_more(s3: Any, policies: Policies) -> None:
    recorded = Recorded()
    client = recorded.client()
    keys = StageKeys(client, s3, "test", BUCKET)
    keys.create(utc_now(), replace=False)
    recorded.needed.clear()
    signer = keys.signer()
    assert signer.public_key
    assert signer.sign(b"a report")
    agree(policies, "SignerPolicy", recorded.needed)


@pytest.mark.parametrize("policy", ["SignerPolicy", "SigningKeyPolicy"])
def test_no_policy_reaches_a_key_without_the_stages_tag(policies: Policies, policy: str) -> None:
    for statement in policies.document(policy)["Statement"]:
        tags = statement.get("Condition", {}).get("StringEquals", {})
        named = {tag.partition("/")[2]: value for tag, value in tags.items()}
        assert named == {"linewatch-sign-off": "test"} or "alias/linewatch-test-sign-off" in statement["Resource"]
