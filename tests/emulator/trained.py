"""A data set of small images in the bucket: just enough of them to train a version in seconds."""

import json
from io import BytesIO
from typing import Any

from PIL import Image

from chalicelib.projects.domain import Location
from linewatch.samples import draw
from tests.emulator.plant import Plant

NORMAL, ANOMALY = 20, 10


def a_part(index: int, *, anomalous: bool, split: str = "train") -> bytes:
    """A drawn image, 128 x 128 px, as PNG."""
    file = BytesIO()
    Image.fromarray(draw(1, split, index, anomalous=anomalous)[0]).resize((128, 128)).save(file, "png")
    return file.getvalue()


def stored_lines(plant: Plant, project: str) -> list[dict[str, Any]]:
    """The lines of a manifest, as Ground Truth writes them, of images that are in the bucket."""
    lines = []
    for number in range(NORMAL + ANOMALY):
        anomalous = number >= NORMAL
        key = f"datasets/{project}/images/part {number}+ü.png"
        content = a_part(number, anomalous=anomalous)
        plant.stack.client("s3").put_object(Bucket=plant.stack.bucket, Key=key, Body=content)
        label = {"class-name": "anomaly" if anomalous else "normal", "type": "groundtruth/image-classification"}
        uri = f"s3://{plant.stack.bucket}/{key}"
        lines.append({"source-ref": uri, "check": int(anomalous), "check-metadata": label})
    return lines


def stored_manifest(plant: Plant, project: str, lines: list[dict[str, Any]]) -> Location:
    """The manifest of these lines in the bucket."""
    manifest = Location(bucket=plant.stack.bucket, key=f"datasets/{project}/train.manifest")
    body = "\n".join(map(json.dumps, lines)).encode()
    plant.stack.client("s3").put_object(Bucket=manifest.bucket, Key=manifest.key, Body=body)
    return manifest
