"""A stage on moto, and its commands as an operator runs them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from chalicelib.composition import Linewatch
from linewatch.__main__ import main
from tests.pipeline.account import REGION, Account, client
from tests.support.deployment import ENVIRONMENT, a_linewatch
from tests.support.fake_hosting import following

BUCKET = "linewatch-test-123456789012"


@dataclass
class Stage:
    """The stage `test`."""

    linewatch: Linewatch
    s3: Any

    def run(self, *words: str) -> Result:
        """A command that succeeds."""
        result = self.tried(*words)
        assert result.exit_code == 0, result.output
        return result

    def tried(self, *words: str) -> Result:
        """A command that may fail, with a message."""
        result = CliRunner().invoke(main, [*words, "--stage", "test"])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def json(self, *words: str) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.run(*words, "--json").stdout)

    def keys(self, prefix: str) -> list[str]:
        """The keys in the bucket."""
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [each["Key"] for each in found]


@contextmanager
def a_stage() -> Iterator[Stage]:
    """Everything that infra/ has, empty, and credentials in this process's environment."""
    environment = {**ENVIRONMENT, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled", "AWS_DEFAULT_REGION": REGION}
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in environment.items():
            patch.setenv(name, value)
        Account("test")
        with following(a_linewatch()):
            yield Stage(a_linewatch(), client("s3"))
