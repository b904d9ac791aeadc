"""The limits of the contract and of Linewatch. Each check raises `InvalidRequest` with the contract's field."""

import re
import unicodedata
from collections.abc import Mapping

from chalicelib.core.errors import InvalidRequest
from chalicelib.projects.domain import MOST_UNITS, Counts, Dataset, DatasetType, Location
from chalicelib.projects.errors import Conflict, QuotaExceeded, ResourceType

LONGEST_PROJECT_NAME = 64
"""The contract allows 255. A project is also a part of the keys of its images, and an access key's scope."""
LARGEST_MANIFEST = 16 * 1024 * 1024
"""Bytes that one request to the API has the time to read."""
LONGEST_DESCRIPTION = 500
MOST_TAGS = 50
MOST_IMAGES = {DatasetType.TRAIN: 16_000, DatasetType.TEST: 4_000}

KEPT_FOLDERS = (
    "datasets",
    "images",
    "lake",
    "large-bodies",
    "models",
    "set-aside",
    "calendars",
    "calendar-revisions",
    "comparisons",
    "drift",
    "exports",
    "query-results",
    "reports",
    "sign-off",
)
"""Folders of the bucket in which Linewatch alone writes."""

FEWEST_ALONE = {DatasetType.TRAIN: Counts(normal=20, anomaly=10)}
"""Labelled images of a project with one data set."""
FEWEST_SPLIT = {DatasetType.TRAIN: Counts(normal=10), DatasetType.TEST: Counts(normal=10, anomaly=10)}
"""Labelled images of a project with a data set for training and one for the test."""

_project_name = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
_client_token = re.compile(r"[a-zA-Z0-9-]{1,64}")
_description = re.compile(rf"[0-9A-Za-z._-]{{0,{LONGEST_DESCRIPTION}}}")
_bucket = re.compile(r"[0-9A-Za-z._-]{3,63}")
_prefix = re.compile(r"([a-zA-Z0-9!_.*'()-][/a-zA-Z0-9!_.*'()-]{0,1023})?")


def require_name(name: str) -> None:
    """A project's name."""
    if len(name) > LONGEST_PROJECT_NAME or not _project_name.fullmatch(name):
        raise InvalidRequest(
            ("ProjectName", f"must be 1 to {LONGEST_PROJECT_NAME} of a-z A-Z 0-9 _ - and begin with a letter or digit")
        )


def require_token(token: str | None) -> None:
    """A client token, if there is one."""
    if token is not None and not _client_token.fullmatch(token):
        raise InvalidRequest(("ClientToken", "must be 1 to 64 of a-z A-Z 0-9 -"))


def require_description(description: str) -> None:
    """The description of a version."""
    if not _description.fullmatch(description):
        raise InvalidRequest(("Description", f"must be at most {LONGEST_DESCRIPTION} of 0-9 A-Z a-z . - _"))


def require_output(output: Location) -> None:
    """Where training writes its files."""
    if not _bucket.fullmatch(output.bucket):
        raise InvalidRequest(("OutputConfig.S3Location.Bucket", "must be 3 to 63 of 0-9 A-Z a-z . - _"))
    if not _prefix.fullmatch(output.key):
        raise InvalidRequest(
            (
                "OutputConfig.S3Location.Prefix",
                "must be at most 1024 of a-z A-Z 0-9 / ! _ . * ' ( ) -, not / first",
            )
        )


def require_units(least: int, most: int | None) -> None:
    """Inference units."""
    if least < 1:
        raise InvalidRequest(("MinInferenceUnits", "must be at least 1"))
    if most is not None and most < least:
        raise InvalidRequest(("MaxInferenceUnits", f"must be at least MinInferenceUnits, which is {least}"))
    if (most or least) > MOST_UNITS:
        raise InvalidRequest(("MaxInferenceUnits", f"must be at most {MOST_UNITS}"))


def require_tags(tags: Mapping[str, str]) -> None:
    """Keys of 1 to 128 characters, values of up to 256."""
    for key, value in tags.items():
        if not _is_tag_text(key, 1, 128) or key.lower().startswith("aws:"):
            raise InvalidRequest(
                ("Tags.Key", "must be 1 to 128 letters, digits, spaces or _ . : / = + - @; not aws: first")
            )
        if not _is_tag_text(value, 0, 256):
            raise InvalidRequest(("Tags.Value", "must be at most 256 letters, digits, spaces or _ . : / = + - @"))


def _is_tag_text(text: str, shortest: int, longest: int) -> bool:
    """The contract's pattern: Unicode's letters, separators and numbers, and some signs."""
    return shortest <= len(text) <= longest and all(
        each in "_.:/=+-@" or unicodedata.category(each)[0] in "LZN" for each in text
    )


def require_few_tags(tags: Mapping[str, str], resource_id: str, resource_type: ResourceType) -> None:
    """Raise `QuotaExceeded` for more tags than a resource may have."""
    if len(tags) > MOST_TAGS:
        raise QuotaExceeded(
            resource_id, resource_type, f"{resource_id} would have {len(tags)} tags; {MOST_TAGS} are the most"
        )


def require_few_images(project: str, of: DatasetType, total: int) -> None:
    """Raise `QuotaExceeded` for more images than a data set may have."""
    if total > MOST_IMAGES[of]:
        raise QuotaExceeded(
            f"{project}/{of}",
            ResourceType.DATASET,
            f"the {of} data set would have {total} images; it has at most {MOST_IMAGES[of]}",
        )


def require_enough_images(project: str, datasets: Mapping[DatasetType, Dataset]) -> None:
    """Raise `Conflict`, which says how many images of which label are missing, unless there are enough to train."""
    if missing := missing_images({of: dataset.counts for of, dataset in datasets.items()}):
        raise Conflict(
            project,
            ResourceType.PROJECT,
            f"too few labelled images to train a model: add {', '.join(missing)}",
        )


def missing_images(there: Mapping[DatasetType, Counts]) -> list[str]:
    """How many images of which label are missing in which data set to train a version."""
    fewest = FEWEST_SPLIT if DatasetType.TEST in there else FEWEST_ALONE
    found = {of: there.get(of, Counts()) for of in fewest}
    return [
        f"{need - have} more {label} images in the {of} data set (it has {have} of {need})"
        for of, counts in fewest.items()
        for label, need, have in (
            ("normal", counts.normal, found[of].normal),
            ("anomaly", counts.anomaly, found[of].anomaly),
        )
        if have < need
    ]


def require_own_place(output: Location, bucket: str) -> None:
    """Where training writes its files: into the stage's own bucket, and among nothing that Linewatch keeps there."""
    require_output(output)
    if output.bucket != bucket:
        raise InvalidRequest(("OutputConfig.S3Location.Bucket", f"must be {bucket}, the bucket of this Linewatch"))
    if output.key.partition("/")[0] in KEPT_FOLDERS:
        raise InvalidRequest(
            ("OutputConfig.S3Location.Prefix", f"must not begin with {', '.join(f'{each}/' for each in KEPT_FOLDERS)}")
        )
