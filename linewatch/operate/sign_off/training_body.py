"""What is signed off of a training: the model, each image with hash, label and verdict, and the figures of these."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.projects.domain import DatasetType, Location, ModelVersion
from chalicelib.projects.manifest import Entry, parse
from chalicelib.projects.ports import EntryStore
from linewatch.errors import UsageProblem
from linewatch.operate.sign_off.document import Json
from linewatch.operate.sign_off.figures import share, text_of
from linewatch.operate.sign_off.model_identity import ModelIdentity

KIND = "training"


@dataclass(frozen=True)
class TrainingFiles:
    """What is read of a training: the entries of its data sets, and objects of the bucket.

    `image` gives an image's content, or None if it is gone; `file` a file that the training stored.
    """

    entries: EntryStore
    image: Callable[[str], bytes | None]
    file: Callable[[Location], bytes]
    identity: ModelIdentity


def training_body(model: ModelVersion, files: TrainingFiles) -> Json:
    """The body of a version that was trained on its data sets. Raises `UsageProblem` for another one."""
    if model.evaluation is None or model.evaluation.manifest is None:
        raise UsageProblem(f"version {model.version} of {model.project} has no evaluation: there is nothing to sign")
    manifest = files.file(model.evaluation.manifest)
    tested = {each["source"]: each for each in _verdicts(manifest)}
    of = {DatasetType.TRAIN: model.train, DatasetType.TEST: model.test}
    images = [each for kind, revision in of.items() if revision for each in _images(model, kind, revision, files)]
    learned = DatasetType.TRAIN if model.test is None else DatasetType.TEST
    for each in images:
        verdict = tested.get(each["source"]) if each["set"] == learned else None
        each |= {"verdict": verdict and verdict["verdict"], "confidence": verdict and verdict["confidence"]}
    return {
        "kind": KIND,
        "project": model.project,
        "version": str(model.version),
        "model": files.identity.of(model.project, str(model.version)),
        "datasets": {str(kind): revision for kind, revision in of.items()},
        "evaluation_manifest_sha256": sha256(manifest).hexdigest(),
        "tested_on": "test images" if model.test else "training images, each by a model that had not learned from it",
        "figures": figures_of(images),
        "images": images,
    }


def _verdicts(manifest: bytes) -> Iterator[dict[str, Any]]:
    """What the evaluation manifest says of each image."""
    for line in manifest.decode().splitlines():
        fields = json.loads(line)
        [detected] = [name for name in fields if name.endswith("-detected")]
        said = fields[f"{detected}-metadata"]
        verdict = "anomalous" if said["class-name"] == "anomaly" else "normal"
        yield {"source": fields["source-ref"], "verdict": verdict, "confidence": text_of(float(said["confidence"]))}


def _images(model: ModelVersion, kind: DatasetType, revision: str, files: TrainingFiles) -> Iterator[dict[str, Any]]:
    lines = files.entries.read(model.project, kind, revision)
    if lines is None:
        raise UsageProblem(f"the entries of the {kind} data set are gone: there is nothing to sign")
    labelled: list[Entry] = [each for each in parse(lines, None)[0] if each.label is not None]
    for entry in sorted(labelled, key=lambda each: each.source):
        content = files.image(entry.source)
        digest = None if content is None else sha256(content).hexdigest()
        yield {"source": entry.source, "set": str(kind), "label": entry.label, "sha256": digest}


def figures_of(images: Sequence[dict[str, Any]]) -> Json:
    """Escapes and false rejects of the images that have a verdict, with exact 95 % intervals."""
    tested = [each for each in images if each["verdict"] is not None]
    defects = [each["verdict"] == "normal" for each in tested if each["label"] == "anomaly"]
    normals = [each["verdict"] == "anomalous" for each in tested if each["label"] == "normal"]
    return {
        "images": len(images),
        "tested": len(tested),
        "escapes": share(sum(defects), len(defects)),
        "false_rejects": share(sum(normals), len(normals)),
    }
