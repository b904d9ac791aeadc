"""The files that say how well a version did, in the formats of Amazon Lookout for Vision."""

import json
from collections.abc import Sequence
from datetime import datetime

from chalicelib.projects.domain import Location, ModelVersion
from chalicelib.projects.examples import Example, Trained, Verdict


def place_of(model: ModelVersion, kind: str, suffix: str) -> Location:
    """Where a file of a version goes: `<prefix><kind>-<project>-<version><suffix>`."""
    if model.output is None:
        raise ValueError(f"version {model.version} of {model.project} has no place for its files")
    key = f"{model.output.key}{kind}-{model.project}-{model.version}{suffix}"
    return Location(bucket=model.output.bucket, key=key)


def evaluation_manifest(examples: Sequence[Example], trained: Trained) -> bytes:
    """JSON Lines: each image with its own fields, the verdict and its confidence."""
    lines = [_line(each, verdict) for each in examples if (verdict := trained.verdicts.get(each.entry.source))]
    return "".join(f"{line}\n" for line in lines).encode()


def _line(example: Example, verdict: Verdict) -> str:
    detected = f"{example.entry.label_name}-detected"
    return json.dumps(
        {
            **json.loads(example.entry.raw),
            detected: int(verdict.anomalous),
            f"{detected}-metadata": {
                "class-name": "anomaly" if verdict.anomalous else "normal",
                "confidence": verdict.confidence,
                "human-annotated": "no",
                "type": "groundtruth/image-classification",
            },
        },
        ensure_ascii=False,
    )


def evaluation_result(model_arn: str, trained: Trained, learned: int, tested: int, ended_at: datetime) -> bytes:
    """One JSON object; `learned` and `tested` are numbers of images."""
    return json.dumps(
        {
            "Version": 1.0,
            "EvaluationDetails": {
                "ModelArn": model_arn,
                "EvaluationEndTimestamp": ended_at.strftime("%Y-%m-%dT%H:%M:%S.%f"),
                "NumberOfTrainingImages": learned,
                "NumberOfTestingImages": tested,
            },
            "AggregatedEvaluationResults": {
                "Metrics": {
                    "ROCAUC": trained.roc_auc,
                    "AveragePrecision": trained.average_precision,
                    "Precision": trained.precision,
                    "Recall": trained.recall,
                    "F1Score": trained.f1,
                    **({} if trained.pixel_roc_auc is None else {"PixelROCAUC": trained.pixel_roc_auc}),
                }
            },
        },
        indent=2,
    ).encode()
