"""The settings of a stage: values of the template's parameters, and tags. They stay until a deployment changes them.

The file `settings.json` in the stage's bucket for artifacts holds those that a person chose; the others have the
template's defaults.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from linewatch.errors import UsageProblem
from linewatch.stack.values import Value

FILE = "settings.json"
FIXED = frozenset({"Stage", "Emulator", "LargestAlertConfidence", "DatabaseName"})
"""Parameters that follow from where a stage is deployed, and from others."""

type Parameters = Mapping[str, Mapping[str, Any]]
"""The section `Parameters` of a template."""


class InvalidSetting(UsageProblem):
    """There is no such setting, or it does not allow this value. The message says what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person chose for a stage: parameters of the template by name, and tags of the stack."""

    values: Mapping[str, Value] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def changed(self, values: Mapping[str, Value], tags: Mapping[str, str]) -> "Settings":
        """These settings with some more or other ones."""
        return Settings({**self.values, **values}, {**self.tags, **tags})


def load(s3: Any, bucket: str, owner: str) -> Settings:
    """The stage's settings; none before its first deployment. `owner` is the account that must own the bucket."""
    try:
        content = s3.get_object(Bucket=bucket, Key=FILE, ExpectedBucketOwner=owner)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchBucket", "NoSuchKey", "404"}:
            raise
        return Settings()
    return Settings(**json.loads(content))


def store(s3: Any, bucket: str, owner: str, settings: Settings) -> None:
    """Keep the settings for the next deployment."""
    body = json.dumps(asdict(settings), indent=2, sort_keys=True).encode()
    s3.put_object(Bucket=bucket, Key=FILE, Body=body, ContentType="application/json", ExpectedBucketOwner=owner)


def assignments(words: Iterable[str]) -> dict[str, str]:
    """Name to value of words such as `Name=Value`. Raises `InvalidSetting`."""
    pairs = [word.partition("=") for word in words]
    if wrong := [name for name, sign, _ in pairs if not (name and sign)]:
        raise InvalidSetting(f"{wrong[0]!r} sets nothing: write it as Name=Value")
    return {name: value for name, _, value in pairs}


def complete(parameters: Parameters, chosen: Mapping[str, Value]) -> dict[str, Value]:
    """The value of every parameter: the chosen one, or else its default. Raises `InvalidSetting`."""
    values = {name: each["Default"] for name, each in parameters.items() if "Default" in each}
    return {name: checked(parameters, name, value) for name, value in {**values, **chosen}.items()}


def checked(parameters: Parameters, name: str, value: Value) -> Value:
    """The value in the parameter's own type. Raises `InvalidSetting`."""
    if name not in parameters:
        raise InvalidSetting(f"there is no setting {name!r}. The settings are:\n{listed(parameters)}")
    parameter = parameters[name]
    typed = _number(value) if parameter["Type"] == "Number" else str(value)
    if typed is None or not _allows(parameter, typed):
        raise InvalidSetting(
            f"{name} cannot be {value!r}: {allowed(parameter)}. The settings are:\n{listed(parameters)}"
        )
    return typed


def listed(parameters: Parameters) -> str:
    """A line for each setting: its name, its default and what it means."""
    return "\n".join(
        f"  {name} = {each['Default']!s}: {each['Description']} ({allowed(each)})"
        for name, each in sorted(parameters.items())
        if name not in FIXED
    )


def allowed(parameter: Mapping[str, Any]) -> str:
    """Which values a parameter allows, in words."""
    match parameter:
        case {"AllowedValues": values}:
            return " or ".join(map(str, values))
        case {"ConstraintDescription": str(words)}:
            return words
        case {"AllowedPattern": pattern}:
            return f"text that matches {pattern}"
        case {"MinValue": least, "MaxValue": most}:
            return f"{least} to {most}"
        case {"MinValue": least}:
            return f"at least {least}"
    return "a number" if parameter["Type"] == "Number" else "any text"


def _number(value: Value) -> int | float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if number.is_integer() else number


def _allows(parameter: Mapping[str, Any], value: Value) -> bool:
    if values := parameter.get("AllowedValues"):
        return str(value) in map(str, values)
    if isinstance(value, str):
        return re.fullmatch(parameter.get("AllowedPattern", "(?s).*"), value) is not None
    return bool(parameter.get("MinValue", value) <= value <= parameter.get("MaxValue", value))
