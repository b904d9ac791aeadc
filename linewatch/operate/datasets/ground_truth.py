"""Fields of a line in a Ground Truth manifest, by the names that Amazon Lookout for Vision wrote.

https://docs.aws.amazon.com/sagemaker/latest/dg/sms-data-output.html
"""

from datetime import datetime
from typing import Any

from chalicelib.projects.manifest import ClassName

LABEL = "anomaly-label"
MASK = "anomaly-mask-ref"
JOB = "linewatch-import"
TRIAL = "linewatch-trial"


def label_fields(label: ClassName, at: datetime) -> dict[str, Any]:
    """The label of an image, set at this time, UTC."""
    return {
        LABEL: 0 if label == "normal" else 1,
        f"{LABEL}-metadata": {
            "class-name": label,
            "type": "groundtruth/image-classification",
            "confidence": 1,
            **_made(at),
        },
    }


def detected_fields(anomalous: bool, confidence: float, at: datetime) -> dict[str, Any]:
    """The label that a version gave to an image at this time, UTC, for a person to confirm."""
    fields = label_fields("anomaly" if anomalous else "normal", at)
    said = {"confidence": confidence, "human-annotated": "no", "job-name": TRIAL}
    return fields | {f"{LABEL}-metadata": fields[f"{LABEL}-metadata"] | said}


def mask_fields(kind: str | None, at: datetime) -> dict[str, Any]:
    """What an image says of its mask, but for the mask's place. Black is background in the masks of data sets."""
    colours = {
        "0": {"class-name": "BACKGROUND", "hex-color": "#000000", "confidence": 0},
        "1": {"class-name": kind or "anomaly", "hex-color": "#ffffff", "confidence": 0},
    }
    return {
        f"{MASK}-metadata": {
            "internal-color-map": colours,
            "type": "groundtruth/semantic-segmentation",
            **_made(at),
        }
    }


def _made(at: datetime) -> dict[str, str]:
    return {"human-annotated": "yes", "creation-date": at.strftime("%Y-%m-%dT%H:%M:%S.%f"), "job-name": JOB}
