"""What `resources`, `chalice deploy` and `finish` keep for each other, beside the stage's other artifacts.

Chalice's only memory of what belongs to a stage is a file. It is kept in the bucket, so that a second machine does not
make a second API.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.errors import LinewatchError
from linewatch.stack.account import Account
from linewatch.stack.artifacts import bucket_of
from linewatch.stack.saved_state import replace

RESOURCES, DEPLOYED = "chalice/resources.json", "chalice/deployed.json"


class NotPrepared(LinewatchError):
    """An earlier step is missing. The message says which."""


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one stage. `root` is the folder of app.py."""

    stage: str
    account: Account
    root: Path

    @property
    def deployed_file(self) -> Path:
        """Chalice's file."""
        return self.root / ".chalice" / "deployed" / f"{self.stage}.json"

    def store(self, key: str, content: bytes) -> None:
        """Keep it."""
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, ExpectedBucketOwner=self.account.account)

    def resources(self) -> dict[str, Any]:
        """What `resources` has stored. Raises `NotPrepared`."""
        if (stored := self._load(RESOURCES)) is None:
            raise NotPrepared(f"{self.stage} has no resources: run `linewatch resources --stage {self.stage}` first")
        found: dict[str, Any] = json.loads(stored["Body"].read())
        return found

    def deployed(self) -> dict[str, dict[str, Any]]:
        """What Chalice made, by its names. Raises `NotPrepared`."""
        if not self.deployed_file.exists():
            raise NotPrepared(f"{self.deployed_file} is missing: run `chalice deploy --stage {self.stage}` first")
        made = json.loads(self.deployed_file.read_text())["resources"]
        return {each["name"]: each for each in made}

    def fetch_deployed(self) -> None:
        """Take Chalice's file from the bucket, unless the one here is newer: a deployment that was not finished."""
        stored = self._load(DEPLOYED)
        file = self.deployed_file
        if stored is None or (file.exists() and file.stat().st_mtime >= stored["LastModified"].timestamp()):
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        replace(file, stored["Body"].read().decode())
        changed = stored["LastModified"].timestamp()
        os.utime(file, (changed, changed))

    def store_deployed(self) -> None:
        """Keep Chalice's file."""
        self.store(DEPLOYED, self.deployed_file.read_bytes())

    @property
    def _s3(self) -> Any:
        return self.account.client("s3")

    @property
    def _bucket(self) -> str:
        return bucket_of(self.stage, self.account.account)

    def _load(self, key: str) -> Any:
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key, ExpectedBucketOwner=self.account.account)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"NoSuchBucket", "NoSuchKey", "404"}:
                raise
            return None
