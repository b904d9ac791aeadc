"""What people do with data sets and thresholds in the page, by the API."""

import pytest

import app
from chalicelib.core.errors import PictureUnavailable
from chalicelib.core.small_picture import PICTURE_REQUEST, ImageObject, PictureRequest, PictureSize
from chalicelib.projects.browse import Part
from chalicelib.projects.change_images import Changes
from chalicelib.projects.domain import DatasetType
from chalicelib.projects.image_lines import Labelling
from chalicelib.vision.costs import Costs
from tests.pipeline.model_service import HANDLER
from tests.pipeline.photographs import png
from tests.pipeline.promotions import ADMIN, PROJECT, SECOND, retrain
from tests.pipeline.world import Context, World

TRAIN = DatasetType.TRAIN


def images_and_thresholds(world: World) -> None:
    """An image is added, the data set and what training noticed are looked through, and a threshold is moved."""
    retrain(world)
    projects, thresholds = app.linewatch.projects, app.linewatch.thresholds
    with world.wire.watching(HANDLER):
        source = projects.add_image(PROJECT, png(120), ADMIN)
        projects.change_images(PROJECT, TRAIN, Changes(add=(Labelling(source, "normal"),)), ADMIN)
        projects.list_images(PROJECT, TRAIN, Part(), ADMIN)
        with pytest.raises(PictureUnavailable):  # Moto runs no function for the API.
            projects.find_picture(PROJECT, TRAIN, source, PictureSize(longest_side=320), ADMIN)
        projects.show_remarks(PROJECT, TRAIN, ADMIN)
        projects.list_versions(PROJECT, ADMIN)
        projects.plan_training(PROJECT, ADMIN)
        thresholds.show_thresholds(PROJECT, SECOND, Costs(50, 1, 0.02), ADMIN)
        thresholds.move_threshold(PROJECT, SECOND, 0.25, ADMIN)
    bucket, _, key = source.removeprefix("s3://").partition("/")
    shown = PICTURE_REQUEST.dump_python(PictureRequest(ImageObject(bucket, key), 320), mode="json")
    with world.wire.watching("inspect_at_once"):
        assert app.inspect_at_once(shown, Context())["picture"]
