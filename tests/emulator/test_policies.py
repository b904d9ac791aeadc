"""The policies for people and pipelines on a real stack: what they allow and refuse, by the simulation of IAM."""

import json
from collections.abc import Iterator

import pytest

from linewatch.stack.local import ACCOUNT, REGION, LocalStack

pytestmark = pytest.mark.emulator

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    ],
}
KEYS = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/linewatch-test-keys"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:linewatch-test-results"
IMAGE = f"arn:aws:s3:::linewatch-test-{ACCOUNT}/images/a"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:linewatch-test-reconcile"


@pytest.fixture(scope="module", params=["operator", "deployer"])
def role(request: pytest.FixtureRequest, stack: LocalStack) -> Iterator[str]:
    """The ARN of a role with the policies of one kind of person."""
    iam, kind = stack.client("iam"), request.param
    made = iam.create_role(RoleName=f"a-{kind}", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    names = [f"linewatch-test-{kind}"] + (["linewatch-test-deployer-functions"] if kind == "deployer" else [])
    arns = [f"arn:aws:iam::{ACCOUNT}:policy/{name}" for name in names]
    for arn in arns:
        iam.attach_role_policy(RoleName=f"a-{kind}", PolicyArn=arn)
    yield made
    for arn in arns:
        iam.detach_role_policy(RoleName=f"a-{kind}", PolicyArn=arn)
    iam.delete_role(RoleName=f"a-{kind}")


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("dynamodb:Scan", KEYS, {"operator"}),
        ("dynamodb:Scan", KEYS.replace("-test-", "-prod-"), set()),
        ("dynamodb:UpdateTable", KEYS, {"deployer"}),
        ("dynamodb:GetItem", KEYS, set()),
        ("sqs:ReceiveMessage", f"{QUEUE}-dlq", {"operator"}),
        ("sqs:ReceiveMessage", QUEUE, set()),
        ("sqs:SetQueueAttributes", QUEUE, {"deployer"}),
        ("s3:GetObject", IMAGE, {"operator"}),
        ("s3:PutObject", IMAGE, set()),
        ("s3:PutBucketPolicy", f"arn:aws:s3:::linewatch-test-{ACCOUNT}", {"deployer"}),
        ("lambda:InvokeFunction", FUNCTION, {"operator"}),
        ("lambda:UpdateFunctionCode", FUNCTION, {"deployer"}),
        ("lambda:UpdateFunctionCode", FUNCTION.replace("-test-", "-prod-"), set()),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/linewatch-test-x", {"deployer"}),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/admin", set()),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/me", set()),
    ],
)
def test_a_policy_allows_what_its_people_do_on_their_stage(
    stack: LocalStack, role: str, action: str, resource: str, allowed: set[str]
) -> None:
    answer = stack.client("iam").simulate_principal_policy(
        PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
    )
    [result] = answer["EvaluationResults"]
    assert (result["EvalDecision"] == "allowed") == (role.rpartition("/a-")[2] in allowed)
