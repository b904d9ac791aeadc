"""One function for each operation: it calls a use case with the contract's request, and answers in its shape."""

from collections.abc import Callable
from typing import Any

from chalicelib.access.domain import Grant
from chalicelib.lookout import bodies, shapes
from chalicelib.lookout.call import Call
from chalicelib.lookout.detect import ImageToInspect
from chalicelib.lookout.queries import dataset_type_of, filter_of, page_of
from chalicelib.lookout.wiring import LookoutWiring
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import Location
from chalicelib.projects.hosting import Start
from chalicelib.projects.manifest import line_of
from chalicelib.projects.operations import Operation
from chalicelib.projects.versions import NewModel

type View = Callable[[Call, Grant, LookoutWiring], dict[str, Any]]
"""Answers a call by this caller."""


def create_project(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    name = bodies.parse(call.body, bodies.CreateProject).project_name
    project = lookout.projects.create_project(name, grant, token=call.client_token)
    return {"ProjectMetadata": shapes.project_metadata(project, lookout.arns)}


def list_projects(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    page = lookout.projects.list_projects(grant, **page_of(call))
    return shapes.page(
        "Projects", [shapes.project_metadata(each, lookout.arns) for each in page.items], page.next_token
    )


def describe_project(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    record = lookout.projects.describe_project(call.project(), grant)
    return {"ProjectDescription": shapes.project_description(record, lookout.arns)}


def delete_project(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    project = lookout.projects.delete_project(call.project(), grant, token=call.client_token)
    return {"ProjectArn": lookout.arns.project(project.name)}


def create_dataset(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    body = bodies.parse(call.body, bodies.CreateDataset)
    place = body.dataset_source.ground_truth_manifest.s3_object
    source = place and ManifestSource(Location(bucket=place.bucket, key=place.key), place.version_id)
    dataset = lookout.projects.create_dataset(call.project(), body.dataset_type, source, grant, token=call.client_token)
    return {"DatasetMetadata": shapes.dataset_metadata(dataset)}


def describe_dataset(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    dataset = lookout.projects.describe_dataset(call.project(), dataset_type_of(call), grant)
    return {"DatasetDescription": shapes.dataset_description(call.project(), dataset)}


def delete_dataset(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    lookout.projects.delete_dataset(call.project(), dataset_type_of(call), grant, token=call.client_token)
    return {}


def list_dataset_entries(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    of, filter_ = dataset_type_of(call), filter_of(call)
    page = lookout.projects.list_entries(call.project(), of, filter_, grant, **page_of(call))
    return shapes.page("DatasetEntries", [line_of(entry) for entry in page.items], page.next_token)


def update_dataset_entries(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    changes = bodies.parse(call.body, bodies.UpdateDatasetEntries).changes
    dataset = lookout.projects.update_entries(
        call.project(), dataset_type_of(call), changes, grant, token=call.client_token
    )
    return {"Status": dataset.status}


def create_model(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    body = bodies.parse(call.body, bodies.CreateModel)
    place = body.output_config.s3_location
    new = NewModel(
        output=Location(bucket=place.bucket, key=place.prefix),
        description=body.description,
        tags=tuple((tag.key, tag.value) for tag in body.tags),
    )
    model = lookout.projects.create_model(call.project(), new, grant, token=call.client_token)
    return {"ModelMetadata": shapes.model_metadata(model, lookout.arns)}


def list_models(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    page = lookout.projects.list_models(call.project(), grant, **page_of(call))
    return shapes.page("Models", [shapes.model_metadata(each, lookout.arns) for each in page.items], page.next_token)


def describe_model(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    model = lookout.projects.describe_model(call.project(), call.arguments["modelVersion"], grant)
    return {"ModelDescription": shapes.model_description(model, lookout.arns)}


def delete_model(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    model = lookout.projects.delete_model(
        call.project(), call.arguments["modelVersion"], grant, token=call.client_token
    )
    return {"ModelArn": lookout.arns.model(model.project, model.version)}


def start_model(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    body = bodies.parse(call.body, bodies.StartModel)
    start = Start(
        version=call.arguments["modelVersion"],
        min_inference_units=body.min_inference_units,
        max_inference_units=body.max_inference_units,
    )
    return {"Status": lookout.projects.start_model(call.project(), start, grant, token=call.client_token).status}


def stop_model(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    project, version = call.project(), call.arguments["modelVersion"]
    return {"Status": lookout.projects.stop_model(project, version, grant, token=call.client_token).status}


def list_tags(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    project, version = lookout.arns.resource(call.arguments["resourceArn"])
    return {"Tags": shapes.tag_list(lookout.projects.list_tags(project, version, grant))}


def tag_resource(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    project, version = lookout.arns.resource(call.arguments["resourceArn"])
    tags = bodies.parse(call.body, bodies.TagResource).tags
    lookout.projects.tag_resource(project, version, {tag.key: tag.value for tag in tags}, grant)
    return {}


def untag_resource(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    project, version = lookout.arns.resource(call.arguments["resourceArn"])
    lookout.projects.untag_resource(project, version, call.all("tagKeys"), grant)
    return {}


def detect_anomalies(call: Call, grant: Grant, lookout: LookoutWiring) -> shapes.Shape:
    image = ImageToInspect(
        project=call.project(),
        version=call.arguments["modelVersion"],
        content=call.body,
        wants_mask=call.wants_mask,
    )
    return {"DetectAnomalyResult": shapes.detect_result(lookout.detect_anomalies(image, grant))}


VIEWS: dict[Operation, View] = {
    Operation.CREATE_PROJECT: create_project,
    Operation.LIST_PROJECTS: list_projects,
    Operation.DESCRIBE_PROJECT: describe_project,
    Operation.DELETE_PROJECT: delete_project,
    Operation.CREATE_DATASET: create_dataset,
    Operation.DESCRIBE_DATASET: describe_dataset,
    Operation.DELETE_DATASET: delete_dataset,
    Operation.LIST_DATASET_ENTRIES: list_dataset_entries,
    Operation.UPDATE_DATASET_ENTRIES: update_dataset_entries,
    Operation.CREATE_MODEL: create_model,
    Operation.LIST_MODELS: list_models,
    Operation.DESCRIBE_MODEL: describe_model,
    Operation.DELETE_MODEL: delete_model,
    Operation.START_MODEL: start_model,
    Operation.STOP_MODEL: stop_model,
    Operation.DETECT_ANOMALIES: detect_anomalies,
    Operation.LIST_TAGS: list_tags,
    Operation.TAG_RESOURCE: tag_resource,
    Operation.UNTAG_RESOURCE: untag_resource,
}
