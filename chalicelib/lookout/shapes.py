"""Values of the registry in the contract's shapes. Times are seconds since 1970."""

from base64 import b64encode
from collections.abc import Mapping
from struct import pack, unpack
from typing import Any

from chalicelib.lookout.detect import Detected
from chalicelib.projects.arns import Arns
from chalicelib.projects.domain import Dataset, Location, ModelVersion, Project
from chalicelib.projects.mask_class import BACKGROUND
from chalicelib.projects.record import ProjectRecord

type Shape = dict[str, Any]


def project_metadata(project: Project, arns: Arns) -> Shape:
    return {
        "ProjectArn": arns.project(project.name),
        "ProjectName": project.name,
        "CreationTimestamp": project.created_at.timestamp(),
    }


def project_description(record: ProjectRecord, arns: Arns) -> Shape:
    datasets = [dataset_metadata(dataset) for dataset in record.datasets.values()]
    return project_metadata(record.existing(), arns) | {"Datasets": datasets}


def dataset_metadata(dataset: Dataset) -> Shape:
    return {
        "DatasetType": dataset.type,
        "CreationTimestamp": dataset.created_at.timestamp(),
        "Status": dataset.status,
        "StatusMessage": dataset.status_message,
    }


def dataset_description(project: str, dataset: Dataset) -> Shape:
    counts = dataset.counts
    return dataset_metadata(dataset) | {
        "ProjectName": project,
        "LastUpdatedTimestamp": dataset.updated_at.timestamp(),
        "ImageStats": {
            "Total": counts.total,
            "Labeled": counts.labelled,
            "Normal": counts.normal,
            "Anomaly": counts.anomaly,
        },
    }


def model_metadata(model: ModelVersion, arns: Arns) -> Shape:
    found = model.evaluation
    performance = found and {"Precision": found.precision, "Recall": found.recall, "F1Score": found.f1}
    return _given(
        {
            "CreationTimestamp": model.created_at.timestamp(),
            "ModelVersion": str(model.version),
            "ModelArn": arns.model(model.project, model.version),
            "Description": model.description or None,
            "Status": model.status,
            "StatusMessage": model.status_message,
            "Performance": performance,
        }
    )


def model_description(model: ModelVersion, arns: Arns) -> Shape:
    found, output = model.evaluation, model.output
    manifest, result = (None, None) if found is None else (found.manifest, found.result)
    return model_metadata(model, arns) | _given(
        {
            "OutputConfig": output and {"S3Location": {"Bucket": output.bucket, "Prefix": output.key}},
            "EvaluationManifest": _object(manifest),
            "EvaluationResult": _object(result),
            "EvaluationEndTimestamp": found and found.ended_at.timestamp(),
            "MinInferenceUnits": model.min_inference_units,
            "MaxInferenceUnits": model.max_inference_units,
        }
    )


def detect_result(detected: Detected) -> Shape:
    """A verdict, and what its mask shows if it has one."""
    verdict, masks = detected.verdict, detected.masks
    result = {
        "Source": {"Type": "direct"},
        "IsAnomalous": verdict.anomalous,
        "Confidence": _float32(verdict.confidence),
    }
    if masks is None or verdict.mask is None:
        return result
    area = verdict.mask.area
    anomalies = [_pixels(BACKGROUND, 1 - area, "#FFFFFF")]
    anomalies += [_pixels(masks.name, area, masks.colour)] if area else []
    return result | {"Anomalies": anomalies, "AnomalyMask": b64encode(verdict.mask.picture).decode()}


def _pixels(name: str, area: float, colour: str) -> Shape:
    return {"Name": name, "PixelAnomaly": {"TotalPercentageArea": _float32(area), "Color": colour.upper()}}


def _float32(number: float) -> float:
    """The number with the precision of float32: so its `Decimal` fits an item of DynamoDB."""
    (rounded,) = unpack("f", pack("f", number))
    return float(rounded)


def tag_list(tags: Mapping[str, str]) -> list[Shape]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def page(name: str, items: list[Any], next_token: str | None) -> Shape:
    """A page of a list; the last one has no token."""
    return {name: items} | ({} if next_token is None else {"NextToken": next_token})


def _object(location: Location | None) -> Shape | None:
    return None if location is None else {"Bucket": location.bucket, "Key": location.key}


def _given(shape: Shape) -> Shape:
    return {name: value for name, value in shape.items() if value is not None}
