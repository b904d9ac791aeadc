"""Who deploys needs the deployer's policy: it, against what CloudFormation does for every resource of the template.

What CloudFormation does stands in AWS's own descriptions of the types, which cfn-lint has.
"""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from linewatch.stack.canary import with_canary
from linewatch.stack.settings import complete
from linewatch.stack.values import with_values
from tests.rights.grants import Grant, Policies
from tests.support.resources import Resources, as_list
from tests.support.translated import translate

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/at-most"
BOUNDED = {"Stage": "test", "PermissionsBoundary": BOUNDARY, "RolePath": "/plants/"}
LARGEST = 6144
"""Characters of a managed policy, without white space. Source: "IAM and AWS STS quotas", IAM User Guide."""
DEPLOYERS = ("DeployerPolicy", "FunctionDeployerPolicy")
MANAGED = ("OperatorPolicy", "PeoplePolicy", "CheckPolicy", "SignerPolicy", "SigningKeyPolicy", *DEPLOYERS)
NEEDLESS = {
    "kms:*": "all keys are AWS's own",
    "ec2:*": "no function is in a network of its own",
    "elasticfilesystem:*": "no function has a file system",
    "s3files:*": "no function has a file system",
    "lambda:PassCapacityProvider": "functions run on Lambda's own machines",
    "lambda:*CodeSigningConfig": "code is not signed",
    "codedeploy:RegisterOnPremisesInstance": "only functions are deployed",
    "cloudfront:*": "the sign-in page has no domain of its own",
    "kinesis:*": "changes of tables go to their streams",
    "dynamodb:*Replica": "tables are in one region",
    "dynamodb:*KinesisStreamingDestination": "changes of tables go to their streams",
    "dynamodb:*ResourcePolicy": "tables belong to one account",
    "dynamodb:*Import*": "tables start empty",
    "dynamodb:*Item": "tables start empty, and are in one region",
    "dynamodb:Query": "tables are in one region",
    "dynamodb:Scan": "tables are in one region",
    "iam:CreateServiceLinkedRole": "tables do not scale by themselves: they are paid by request",
    "iam:*GroupPolicy": "people attach the policies",
    "iam:*UserPolicy": "people attach the policies",
    "iam:DeleteRolePermissionsBoundary": "would take the boundary away",
    "s3tables:*": "the lake is plain files",
    "lakeformation:*": "roles may read the lake by their policies alone",
    "glue:*Connection": "the lake is in S3 only",
    "glue:GetSchemaVersion": "the columns are in the template",
    "firehose:*": "logs stay in CloudWatch",
    "logs:*LogDelivery": "logs stay in CloudWatch",
    "logs:PutBearerTokenAuthentication": "functions write the log, with their roles",
    "logs:PutLogGroupDeletionProtection": "a log may go with its stage",
    "logs:CreateLogStream": "functions make them",
    "logs:PutLogEvents": "functions write the log",
    "s3:REST.PUT.OBJECT": "is no action of IAM",
    "s3:GetObjectMetadata": "is no action of IAM",
}
"""What the descriptions name for features that no resource uses, with the reason."""


@pytest.fixture(scope="module")
def policies(template: dict[str, Any]) -> Policies:
    return Policies(template, "test")


def deployers(policies: Policies) -> list[Grant]:
    """What both of the deployer's policies grant."""
    return [grant for name in DEPLOYERS for grant in policies.of_policy(name)]


@pytest.fixture(scope="module")
def whole(template: dict[str, Any]) -> Resources:
    """The resources of a stage with everything that settings add to it."""
    yes = {name for name, each in template["Parameters"].items() if each.get("AllowedValues") == ["yes", "no"]}
    values = complete(template["Parameters"], {**dict.fromkeys(yes, "yes"), **BOUNDED, "Emulator": "no"})
    values |= {"AWS::AccountId": ACCOUNT}
    return Resources(translate(with_canary(with_values(template, values), values)))


def of_types(resources: Resources) -> Iterator[tuple[str, str]]:
    """(type, action) of all that CloudFormation may do to make, change, read and remove the resources."""
    from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # imported here, because it takes a second

    for kind in {each["Type"] for each in resources.template["Resources"].values()}:
        handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema.get("handlers", {})
        for name in handlers.keys() & {"create", "update", "delete", "read"}:
            yield from ((kind, action) for action in handlers[name]["permissions"])


def test_the_deployer_may_do_what_cloudformation_does(whole: Resources, policies: Policies) -> None:
    granted = [grant.action for grant in deployers(policies)]
    known = [*granted, *NEEDLESS]
    lacking = {each for each in of_types(whole) if not any(fnmatchcase(each[1], action) for action in known)}
    assert lacking == set()


def test_everything_needless_is_named_by_some_description(whole: Resources) -> None:
    actions = {action for _, action in of_types(whole)}
    assert {name for name in NEEDLESS if not any(fnmatchcase(action, name) for action in actions)} == set()


def test_the_deployer_reads_no_images_and_no_items(policies: Policies) -> None:
    for need in (
        ("s3:GetObject", f"arn:aws:s3:::linewatch-test-{ACCOUNT}/images/a"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/linewatch-test-keys"),
        ("sqs:ReceiveMessage", f"arn:aws:sqs:eu-west-1:{ACCOUNT}:linewatch-test-inspection"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:linewatch-test-reconcile"),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{ACCOUNT}:linewatch-test-alerts"),
    ):
        assert not [str(grant) for grant in deployers(policies) if grant.allows(need)]


@pytest.mark.parametrize("policy", MANAGED)
def test_a_policy_is_about_one_stage(policies: Policies, policy: str) -> None:
    """But for random ids, and for what has a written reason."""
    reasons = policies.resources.template["Resources"][policy].get("Metadata", {}).get("AllResources", {})
    unnamed = (
        "::/restapis",
        "::/tags/",
        "::/account",
        ":event-source-mapping:",
        ":transform/",
        ":deploymentconfig:",
        ":key/",
        ":catalog",
        ":userpool/",
    )
    foreign = [
        str(grant)
        for grant in policies.of_policy(policy)
        if not re.search("linewatch[-/_]test", grant.resource)
        and not any(part in grant.resource for part in unnamed)
        and grant.sid not in reasons
    ]
    assert foreign == []


@pytest.mark.parametrize("policy", MANAGED)
def test_a_policy_is_not_too_long(template: dict[str, Any], policy: str) -> None:
    """Where the names are longest."""
    longest = {"AWS::Partition": "aws-us-gov", "AWS::Region": "ap-southeast-2", "PermissionsBoundary": BOUNDARY}
    policies = Policies(template, "s" * 21, **longest)
    assert len(json.dumps(policies.document(policy), separators=(",", ":"))) <= LARGEST


def test_a_boundary_and_a_path_are_those_of_every_role(whole: Resources) -> None:
    roles = whole.of_type("IAM::Role").values()
    assert {(role.get("Path"), role.get("PermissionsBoundary")) for role in roles} == {("/plants/", BOUNDARY)}


def test_without_a_boundary_roles_have_none(policies: Policies) -> None:
    roles = policies.resources.of_type("IAM::Role").values()
    assert not [role for role in roles if "PermissionsBoundary" in role or role["Path"] != "/"]


def test_where_there_is_a_boundary_the_deployer_makes_no_role_without_it(template: dict[str, Any]) -> None:
    bounded = Policies(template, "test", PermissionsBoundary=BOUNDARY)
    conditions = {
        action: statement.get("Condition")
        for statement in bounded.document("FunctionDeployerPolicy")["Statement"]
        for action in as_list(statement["Action"])
    }
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"):
        assert conditions[action] == {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}


def test_roles_are_given_to_functions_the_gateways_log_and_canaries_only(policies: Policies) -> None:
    [statement] = [
        each for each in policies.document("FunctionDeployerPolicy")["Statement"] if each["Action"] == "iam:PassRole"
    ]
    services = [f"{name}.amazonaws.com" for name in ("lambda", "apigateway", "codedeploy")]
    assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": services}}


@pytest.mark.parametrize("policy", MANAGED)
def test_a_grant_stands_once(policies: Policies, policy: str) -> None:
    grants = policies.of_policy(policy)
    assert len({(grant.action, grant.resource) for grant in grants}) == len(grants)
