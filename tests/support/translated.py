"""What CloudFormation makes of a SAM template, by AWS's own translator, which the emulator's environment has."""

import json
import subprocess
import sys
from copy import deepcopy
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
json.dump(transform(json.load(sys.stdin), {"Stage": "test"}, no_policies), sys.stdout)
"""


def translate(template: dict[str, Any]) -> dict[str, Any]:
    """The template without SAM. Its zips get addresses, as an upload gives them."""
    template = deepcopy(template)
    for resource in template["Resources"].values():
        if location := _CODE.get(resource["Type"]):
            resource["Properties"][location] = f"s3://bucket/{resource['Properties'][location]}"
    run = subprocess.run(
        [emulator_python(), "-c", _TRANSLATE],
        input=json.dumps(template),
        env={"AWS_DEFAULT_REGION": "eu-west-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    translated: dict[str, Any] = json.loads(run.stdout)
    return translated


def _write(file: Path) -> None:
    """The stage of an account with all defaults, as JSON."""
    template = package(local_platform()).template
    pseudo = {"AWS::AccountId": "123456789012", "AWS::Partition": "aws", "AWS::Region": "eu-west-1"}
    values = complete(template["Parameters"], {"Stage": "prod"}) | pseudo | {"AWS::URLSuffix": "amazonaws.com"}
    file.write_text(json.dumps(translate(with_values(template, values)), indent=1))


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
