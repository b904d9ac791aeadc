"""What CloudFormation makes of a SAM template, by AWS's own translator, which the emulator's environment has."""

import json
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from linewatch.stack.installation import emulator_python
from linewatch.stack.libraries import local_platform
from linewatch.stack.package import package
from linewatch.stack.settings import complete
from linewatch.stack.values import with_values

_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_TRANSLATE = """
import json, logging, sys
from samtranslator.translator.transform import transform
from types import SimpleNamespace
logging.disable()
no_policies = SimpleNamespace(load=lambda: {})
for line in sys.stdin:
    print(json.dumps(transform(json.loads(line), {"Stage": "test"}, no_policies)), flush=True)
"""


def translate(template: dict[str, Any]) -> dict[str, Any]:
    """The template without SAM. Its zips get addresses, as an upload gives them."""
    template = deepcopy(template)
    for resource in template["Resources"].values():
        if location := _CODE.get(resource["Type"]):
            resource["Properties"][location] = f"s3://bucket/{resource['Properties'][location]}"
    translator = _translator()
    assert translator.stdin is not None
    assert translator.stdout is not None
    print(json.dumps(template), file=translator.stdin, flush=True)
    translated: dict[str, Any] = json.loads(translator.stdout.readline())
    return translated


@cache
def _translator() -> "subprocess.Popen[str]":
    """It runs until this process ends: half of the time of a translation is its start."""
    command = [str(emulator_python()), "-c", _TRANSLATE]
    environment = {"AWS_DEFAULT_REGION": "eu-west-1"}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True)


def _write(file: Path) -> None:
    """The stage of an account with all defaults, as JSON."""
    template = package(local_platform()).template
    pseudo = {"AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::Region": "eu-west-1"}
    values = complete(template["Parameters"], {"Stage": "prod"}) | pseudo | {"AWS::URLSuffix": "amazonaws.com"}
    file.write_text(json.dumps(translate(with_values(template, values)), indent=1))


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
