"""A project, and manifests that are put into the bucket, on fakes."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chalicelib.core.image import UploadedImage
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.import_manifest import ManifestImport
from chalicelib.projects.revisions import Storage
from tests.projects.mortal import Death, Mortal
from tests.projects.world import World, a_project
from tests.support.builders import NOON
from tests.support.fake_manifests import FakeManifestFiles

KEY = "datasets/plates/manifests/train/first.manifest"


@dataclass
class Bench:
    """A project, and manifests that are put into the bucket."""

    world: World = field(default_factory=a_project)
    manifests: FakeManifestFiles = field(default_factory=FakeManifestFiles)
    puts: int = 0

    def put(self, content: bytes, key: str = KEY) -> UploadedImage:
        """Put an object; what S3 announces of it."""
        self.puts += 1
        return self.manifests.put("bucket", key, content, NOON + timedelta(seconds=self.puts))

    def run(self, put: UploadedImage, death: Death | None = None) -> dict[str, Any] | None:
        """Import it; the result that is beside it then."""
        ports: dict[str, Any] = {
            "registry": self.world.registry,
            "entries": self.world.entries,
            "manifests": self.manifests,
        }
        if death is not None:
            ports = {name: Mortal(port, death) for name, port in ports.items()}
        manifests = ports.pop("manifests")
        ManifestImport(Storage(**ports, clock=self.world.clock), manifests)(put)
        return self.result(put)

    def result(self, put: UploadedImage) -> dict[str, Any] | None:
        stored = self.manifests.results.get(put.key)
        return None if stored is None else json.loads(stored[0])

    def stored(self, of: DatasetType = DatasetType.TRAIN) -> list[str]:
        dataset = self.world.record.datasets[of]
        return [each.decode() for each in self.world.entries.read("plates", of, dataset.revision) or []]
