"""What the policies of a template grant, with every name and ARN written out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from linewatch.stack.derived import derived
from linewatch.stack.settings import complete
from linewatch.stack.template import Template
from linewatch.stack.values import with_values
from tests.pipeline.account import NUMBER, REGION
from tests.rights.needs import Need
from tests.support.resources import Properties, Resources, as_list, name_in

_PSEUDO = {"AWS::AccountId": NUMBER, "AWS::Region": REGION, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"}
_FORMS = {
    "AWS::SQS::Queue": ("arn:aws:sqs:{place}:{}", "QueueName"),
    "AWS::SNS::Topic": ("arn:aws:sns:{place}:{}", "TopicName"),
    "AWS::DynamoDB::Table": ("arn:aws:dynamodb:{place}:table/{}", "TableName"),
    "AWS::S3::Bucket": ("arn:aws:s3:::{}", "BucketName"),
    "AWS::Events::EventBus": ("arn:aws:events:{place}:event-bus/{}", "Name"),
    "AWS::Serverless::Function": ("arn:aws:lambda:{place}:function:{}", "FunctionName"),
    "AWS::KMS::Key": ("arn:aws:kms:{place}:key/secrets", "Description"),
    "AWS::Cognito::UserPool": ("arn:aws:cognito-idp:{place}:userpool/people", "UserPoolName"),
    "AWS::Logs::LogGroup": ("arn:aws:logs:{place}:log-group:{}:*", "LogGroupName"),
}


@dataclass(frozen=True)
class Grant:
    """One action on one resource, which both may have wildcards, and the statement that grants them."""

    sid: str
    action: str
    resource: str

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} ({self.sid})"

    def allows(self, need: Need) -> bool:
        """Whether it allows this; conditions are not looked at."""
        action, arn = need
        return fnmatchcase(action.lower(), self.action.lower()) and fnmatchcase(arn, self.resource)


def missing(grants: Sequence[Grant], needs: Iterable[Need]) -> list[Need]:
    """The needs that no grant allows."""
    return sorted(need for need in needs if not any(grant.allows(need) for grant in grants))


def unused(grants: Sequence[Grant], needs: Iterable[Need]) -> list[Grant]:
    """The grants that no need uses."""
    found = list(needs)
    return [grant for grant in grants if not any(grant.allows(need) for need in found)]


class Policies:
    """The policies of a deployed stage. `settings` are values of parameters, also of AWS's own."""

    def __init__(self, template: Template, stage: str, **settings: str) -> None:
        chosen = {name: value for name, value in settings.items() if name not in _PSEUDO}
        values = complete(template["Parameters"], {"Stage": stage, **chosen})
        values |= derived(values)
        self.resources = Resources(with_values(template, {**values, **_PSEUDO, **settings}))

    def of_role(self, name: str) -> list[Grant]:
        """What a role grants, by itself and by policies that name it."""
        naming = self.resources.of_type("IAM::Policy").values()
        attached = [each["PolicyDocument"] for each in naming if name in map(name_in, each["Roles"])]
        statements = [statement for document in attached for statement in document["Statement"]]
        return self._grants([*self.resources.statements(self.resources.of_type("IAM::Role")[name]), *statements])

    def of_policy(self, name: str) -> list[Grant]:
        """What a managed policy grants."""
        return self._grants(self.document(name)["Statement"])

    def document(self, name: str) -> dict[str, Any]:
        """A managed policy with its ARNs written out."""
        document: dict[str, Any] = self.written(self.resources.of_type("IAM::ManagedPolicy")[name]["PolicyDocument"])
        return document

    def arn(self, reference: Any) -> str:
        """The ARN of what `Fn::GetAtt` or `Ref` points at."""
        resource = self.resources.template["Resources"][name_in(reference)]
        form, name = _FORMS[resource["Type"]]
        return form.format(resource["Properties"][name], place=f"{REGION}:{NUMBER}")

    def written(self, part: Any) -> Any:
        """A part of a policy without references."""
        match part:
            case {"Fn::GetAtt": [_, "Arn"]} | {"Ref": str()}:
                return self.arn(part)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{(\w+)\.Arn\}", lambda found: self.arn({"Ref": found[1]}), text)
            case dict():
                return {name: self.written(each) for name, each in part.items()}
            case list():
                return [self.written(each) for each in part]
            case _:
                return part

    def _grants(self, statements: list[Properties]) -> list[Grant]:
        return list(self._each(statements))

    def _each(self, statements: list[Properties]) -> Iterator[Grant]:
        for statement in statements:
            for action in as_list(statement["Action"]):
                for resource in as_list(self.written(statement["Resource"])):
                    yield Grant(statement["Sid"], action, resource)
