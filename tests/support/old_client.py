"""The last release of boto3 that has a client of Amazon Lookout for Vision, in an environment of its own."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.config import Config
from botocore.session import Session

from linewatch.project import ROOT
from linewatch.stack.libraries import digest_of, move_into_place
from tests.support.gateway import Gateway

ADDRESS = "https://api.example.com/{stage}"
REQUIREMENTS = ROOT / "requirements-lookout.txt"


@cache
def old_client_environment() -> Path:
    """The environment, created from the locked requirements unless it exists."""
    folder = ROOT / "build" / f"lookout-{digest_of([REQUIREMENTS])}"
    if not folder.exists():
        folder.parent.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=folder.parent) as scratch:
            created = Path(scratch) / "created"
            _uv("venv", "--relocatable", "--python", sys.executable, str(created))
            python = str(created / "bin" / "python")
            _uv("pip", "install", "--require-hashes", "--python", python, "-r", str(REQUIREMENTS))
            move_into_place(created, folder)
    return folder


def service_descriptions() -> Path:
    """The folder with botocore's descriptions of services, that of Lookout for Vision among them."""
    [folder] = old_client_environment().glob("lib/python3*/site-packages/botocore/data")
    return folder


def _uv(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments, "--quiet"], check=True)


def old_client(gateway: Gateway, key_id: str, secret: str, stage: str = "v1") -> Any:
    """A client that signs with this key, in this process, and whose requests go to the gateway."""
    client = _session().create_client(
        "lookoutvision",
        region_name="eu-west-1",
        endpoint_url=ADDRESS.format(stage=stage),
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )
    client.meta.events.register("before-send.lookoutvision.*", gateway.send)  # type: ignore[arg-type]
    return client


@cache
def _session() -> Session:
    """One for the process, because it takes a while to read the descriptions."""
    session = Session()
    session.set_config_variable("data_path", str(service_descriptions()))
    return session
