"""Least privilege, encryption, nothing public."""

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from chalicelib.projects.limits import KEPT_FOLDERS
from chalicelib.uploads.s3 import LIFETIME
from tests.support.resources import Properties, Resources, as_list, name_in


def roles(resources: Resources) -> dict[str, list[Properties]]:
    """The statements of the role of each function, by the role's name."""
    used = {name_in(function["Role"]) for function in resources.functions().values()}
    return {name: resources.statements(role) for name, role in resources.of_type("IAM::Role").items() if name in used}


def test_every_function_has_a_role_of_this_template(resources: Resources) -> None:
    used = {name: name_in(function["Role"]) for name, function in resources.functions().items()}
    assert set(used.values()) == set(resources.of_type("IAM::Role")) - {"ApiGatewayLogRole"}
    shared = {name for name, role in used.items() if list(used.values()).count(role) > 1}
    assert shared == {"Authorize", "AuthorizeLegacy"}


def test_no_role_allows_a_wildcard_of_actions(resources: Resources) -> None:
    for name, statements in roles(resources).items():
        assert not [action for each in statements for action in as_list(each["Action"]) if "*" in str(action)], name


def test_no_policy_reaches_all_resources_without_a_written_reason(template: dict[str, Any]) -> None:
    """The reasons stand beside the statements, in `Metadata.AllResources` by Sid."""
    for name, resource in template["Resources"].items():
        if resource["Type"] in {"AWS::IAM::Role", "AWS::IAM::ManagedPolicy"}:
            properties = resource["Properties"]
            written = properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else [properties]
            documents = [each["PolicyDocument"] for each in written]
            statements = [statement for document in documents for statement in document["Statement"]]
            everywhere = {each["Sid"] for each in statements if "*" in as_list(each["Resource"])}
            reasons = resource.get("Metadata", {}).get("AllResources", {})
            assert set(reasons) == everywhere, name
            assert all(reasons.values()), name


def test_every_function_may_write_the_log(resources: Resources) -> None:
    for name, statements in roles(resources).items():
        assert "logs:PutLogEvents" in [action for each in statements for action in as_list(each["Action"])], name


def test_only_one_service_of_aws_can_assume_a_role(resources: Resources) -> None:
    for name, role in resources.of_type("IAM::Role").items():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        service = "apigateway" if name == "ApiGatewayLogRole" else "lambda"
        assert statement["Principal"] == {"Service": f"{service}.amazonaws.com"}, name


def test_only_those_that_inspect_or_note_lost_images_and_the_api_for_reviews_write_inspections(
    resources: Resources,
) -> None:
    writers = {
        role
        for role, statements in roles(resources).items()
        for each in statements
        if {"Fn::GetAtt": ["Inspections", "Arn"]} in as_list(each["Resource"])
        and {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"} & set(as_list(each["Action"]))
    }
    assert writers == {"ApiHandlerRole", "InspectAtOnceRole", "InspectImagesRole", "NoteLostImagesRole"}


def test_only_the_authorizers_and_the_api_read_the_keys(resources: Resources) -> None:
    readers = {
        role
        for role, statements in roles(resources).items()
        for each in statements
        if {"Fn::GetAtt": ["Keys", "Arn"]} in as_list(each["Resource"])
    }
    assert readers == {"AuthorizersRole", "ApiHandlerRole"}


def test_only_the_api_seals_and_unseals_secrets(resources: Resources) -> None:
    granted = {
        (role, action)
        for role, statements in roles(resources).items()
        for each in statements
        for action in as_list(each["Action"])
        if str(action).startswith("kms:")
    }
    assert granted == {("ApiHandlerRole", "kms:Decrypt"), ("ApiHandlerRole", "kms:Encrypt")}


def test_the_bucket_is_private_encrypted_and_needs_tls(resources: Resources) -> None:
    (bucket,) = resources.of_type("S3::Bucket").values()
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    (policy,) = resources.of_type("S3::BucketPolicy").values()
    [statement] = [each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "OnlyOverTls"]
    assert needs_tls(statement)


def needs_tls(statement: Properties) -> bool:
    """Whether a statement denies everything without TLS, to all and everywhere but on the emulator."""
    condition = dict(statement.get("Condition", {}))
    if (statement["Effect"], statement["Principal"]) != ("Deny", "*"):
        return False
    if condition.pop("Bool", None) != {"aws:SecureTransport": "false"}:
        return False
    ((_, exception),) = condition.items()
    return bool(exception["Fn::If"][::2] == ["OnEmulator", {"Ref": "AWS::NoValue"}])


@pytest.mark.parametrize(
    ("kind", "policies", "names"),
    [("SQS::Queue", "SQS::QueuePolicy", "Queues"), ("SNS::Topic", "SNS::TopicPolicy", "Topics")],
)
def test_every_queue_and_topic_has_one_policy_and_needs_tls(
    resources: Resources, kind: str, policies: str, names: str
) -> None:
    """A second policy of a queue would replace the first."""
    covered: list[str] = []
    for policy in resources.of_type(policies).values():
        assert any(map(needs_tls, policy["PolicyDocument"]["Statement"]))
        covered += map(name_in, policy[names])
    assert sorted(covered) == sorted(resources.of_type(kind))


RULES = "arn:aws:events:eu-west-1:123456789012:rule"


@pytest.mark.parametrize(
    ("rule", "queues"),
    [
        ("linewatch-prod/linewatch-prod-ResultsRule-1GD7M49G9D2VE", {"ResultsQueue", "EventDeadLetters"}),
        ("linewatch-prod/shadow-plates", {"ResultsQueue", "EventDeadLetters"}),
        ("linewatch-prod-FollowHostingFollowHostingEvent-1GD7M49G9D2VE", {"EventDeadLetters"}),
        ("linewatch-prod-follow_hosting-event", {"EventDeadLetters"}),
        ("linewatch-of-a-long-stage-FollowHostingFollowHosti-1GD7M49G9D2VE", {"EventDeadLetters"}),
        ("of-somebody-else", set()),
        ("their-bus/linewatch-prod-ResultsRule-1GD7M49G9D2VE", set()),
        ("linewatch-prod-2/linewatch-prod-2-DaysRule-1GD7M49G9D2VE", {"EventDeadLetters"}),
    ],
)
def test_rules_of_others_send_neither_results_nor_dead_letters(
    resources: Resources, rule: str, queues: set[str]
) -> None:
    """By their names as CloudFormation and Chalice make them; of a long stage, CloudFormation cuts off the end."""
    statements = resources.of_type("SQS::QueuePolicy")["EventQueuesPolicy"]["PolicyDocument"]["Statement"]
    values = {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012", "Stage": "prod"}
    allowed = set()
    for statement in (each for each in statements if each["Effect"] == "Allow"):
        pattern = statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"]
        pattern = re.sub(r"\$\{([^}]+)}", lambda found: values[found[1]], pattern)
        if fnmatchcase(f"{RULES}/{rule}", pattern):
            allowed |= set(map(name_in, as_list(statement["Resource"])))
    assert allowed == queues


def test_alarms_of_this_account_may_publish_to_the_topics(resources: Resources) -> None:
    """Every new topic allows it; the topic's own policy replaces that."""
    for policy in resources.of_type("SNS::TopicPolicy").values():
        allowed = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
        assert [(each["Principal"], each["Action"]) for each in allowed] == [
            ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
        ]
        assert allowed[0]["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_no_upload_url_works_longer_than_those_of_the_api(resources: Resources) -> None:
    """However long its signer made it valid: a leaked key of a role then signs nothing that lasts."""
    (policy,) = resources.of_type("S3::BucketPolicy").values()
    [statement] = [each for each in policy["PolicyDocument"]["Statement"] if each["Sid"] == "NoOldUploadUrls"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:PutObject")
    assert statement["Resource"] == {"Fn::Sub": "${Bucket.Arn}/images/*"}
    assert statement["Condition"] == {
        "StringEquals": {"s3:authType": "REST-QUERY-STRING"},
        "NumericGreaterThan": {"s3:signatureAge": str(int(LIFETIME.total_seconds() * 1000))},
    }


def test_only_the_emulator_gets_actions_that_aws_does_not_know(resources: Resources) -> None:
    """On AWS an action of SQS allows its batch form: as an action of its own it is refused by policy checkers."""
    for name, statements in roles(resources).items():
        for action in (action for each in statements for action in as_list(each["Action"])):
            if isinstance(action, dict):
                condition, emulators, otherwise = action["Fn::If"]
                assert (condition, otherwise) == ("OnEmulator", {"Ref": "AWS::NoValue"}), name
                assert emulators in {
                    f"sqs:{each}Batch" for each in ("DeleteMessage", "ChangeMessageVisibility", "SendMessage")
                }
            else:
                assert not action.endswith("Batch"), name


def test_a_stack_is_on_aws_unless_it_says_otherwise(template: dict[str, Any]) -> None:
    assert template["Parameters"]["Emulator"]["Default"] == "no"
    assert template["Conditions"]["OnEmulator"] == {"Fn::Equals": [{"Ref": "Emulator"}, "yes"]}


def test_queues_are_encrypted_and_open_to_this_account_only(resources: Resources) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in resources.of_type("SQS::Queue").values())
    for policy in resources.of_type("SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Effect"] == "Deny":
                continue
            assert statement["Action"] == "sqs:SendMessage"
            (found,) = [arns["aws:SourceArn"] for arns in statement["Condition"].values() if "aws:SourceArn" in arns]
            for source in as_list(found):
                assert "Fn::GetAtt" in source or "${AWS::AccountId}" in source["Fn::Sub"]


def test_tables_can_be_restored_and_are_kept_when_the_stack_is_deleted(
    template: dict[str, Any], resources: Resources
) -> None:
    """DynamoDB encrypts every table. An explicit setting would choose a KMS key, and AWS charges for each use."""
    for name, table in resources.of_type("DynamoDB::Table").items():
        assert "SSESpecification" not in table, name
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}, name
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
        assert template["Resources"][name]["UpdateReplacePolicy"] == "Retain", name


def test_kept_resources_are_deleted_when_their_creation_failed(template: dict[str, Any]) -> None:
    """If a table stayed, the next attempt could not create it."""
    kinds = {"AWS::S3::Bucket", "AWS::DynamoDB::Table"}
    kept = {name: each["DeletionPolicy"] for name, each in template["Resources"].items() if each["Type"] in kinds}
    assert set(kept.values()) == {"RetainExceptOnCreate"}, kept


def test_a_training_writes_into_no_folder_that_something_else_keeps(template: dict[str, Any]) -> None:
    """Its own folder is a prefix that somebody chooses; what it stores there is not to lie among other files."""
    named = set(re.findall(r"\$\{Bucket\.Arn}/([a-z-]+)/", json.dumps(template)))
    assert named - {"training"} == set(KEPT_FOLDERS)
