"""The data sets of the plant, whose images are in its bucket."""

from collections.abc import Callable
from hashlib import sha256
from random import Random

from chalicelib.access.domain import Grant, Role
from chalicelib.projects.change_images import Changes
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.image_lines import Labelling
from chalicelib.projects.remarks import REMARKS, Doubt, Remarks
from tests.page.plant import PROJECT, Plant, image_of
from tests.page.servers import Bucket
from tests.thresholds.model_files import a_model_file

ADMIN = Grant("eva", Role.ADMIN, PROJECT)
KINDS = ("scratch", "dent", None)
FOLDER = f"datasets/{PROJECT}/images"


class BucketImages:
    """Stores images where the browser finds them; `faults` are raised first."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self.faults: list[Callable[[], object]] = []

    def put(self, project: str, content: bytes) -> str:
        if self.faults:
            self.faults.pop()()
        key = f"{FOLDER}/{sha256(content).hexdigest()}.jpg"
        self.bucket.objects[key] = ("image/jpeg", content)
        return f"s3://bucket/{key}"


def source_of(number: int) -> str:
    return f"s3://bucket/{FOLDER}/{number}.jpg"


def fill(plant: Plant, normal: int = 24, anomaly: int = 12, of: DatasetType = DatasetType.TRAIN) -> None:
    """So many images of each label."""
    plant.versions()
    said = []
    for number in range(normal + anomaly):
        bad = number >= normal
        picture = image_of(number % 6, anomalous=bad)
        key = f"{FOLDER}/{number}.jpg"
        plant.bucket.objects[key], plant.pictures.contents[key] = ("image/jpeg", picture.content), picture.content
        kind = KINDS[number % 3] if bad else None
        said.append(Labelling(source_of(number), "anomaly" if bad else "normal", kind, f"IMG_{number:04d}.jpg"))
    for start in range(0, len(said), 1000):
        changes = Changes(add=tuple(said[start : start + 1000]))
        plant.linewatch.projects.change_images(PROJECT, of, changes, ADMIN)


def remark(plant: Plant) -> None:
    """What the training of version 3 noticed: two groups that look the same, and two doubts."""
    groups = ((source_of(0), source_of(6), source_of(12)), (source_of(3), source_of(27)))
    doubts = (Doubt(source_of(5), "normal", 0.97), Doubt(source_of(30), "anomaly", 0.04))
    content = REMARKS.dump_json(Remarks(groups, doubts))
    plant.outputs.stored[f"out/TrainingRemarks-{PROJECT}-3.json"] = content


def measured(plant: Plant, version: int = 3) -> None:
    """The file of a version that was measured on 90 normal images and 36 anomalies."""
    chance = Random(4)
    normals = [chance.betavariate(1, 6) for _ in range(90)]
    anomalies = [chance.betavariate(5, 1.5) for _ in range(36)]
    plant.models.files[PROJECT, version] = a_model_file(0.5, normals, anomalies)
