"""A version switch comes between two batches."""

import pytest

from chalicelib.core.errors import NoModel
from chalicelib.inspections.batch_models import ModelsOfBatch
from tests.support.fake_models import FakeModel, FakeModels


def test_a_batch_keeps_the_version_of_its_first_image() -> None:
    models = FakeModels()
    first, second = FakeModel(), FakeModel()
    models.models["plates"] = first
    batch = ModelsOfBatch(models)
    assert batch.live("plates") is first
    models.models["plates"] = second
    assert batch.live("plates") is first
    assert ModelsOfBatch(models).live("plates") is second


def test_a_project_without_a_model_is_asked_for_again() -> None:
    models = FakeModels()
    batch = ModelsOfBatch(models)
    with pytest.raises(NoModel):
        batch.live("cups")
    models.models["cups"] = model = FakeModel()
    assert batch.live("cups") is model
