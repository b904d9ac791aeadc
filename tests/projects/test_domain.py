"""The life cycle of a version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.projects.domain import ModelStatus, ModelVersion
from chalicelib.projects.errors import Conflict
from chalicelib.projects.life_cycle import ADVICE, FOLLOWING, moved
from tests.support.builders import NOON

CONTRACT = {
    "TRAINING",
    "TRAINED",
    "TRAINING_FAILED",
    "STARTING_HOSTING",
    "HOSTED",
    "HOSTING_FAILED",
    "STOPPING_HOSTING",
    "SYSTEM_UPDATING",
    "DELETING",
}


def a_version(status: ModelStatus) -> ModelVersion:
    return ModelVersion(project="plates", version=1, status=status, created_at=NOON, changed_at=NOON)


def test_the_statuses_are_those_of_the_contract() -> None:
    assert set(ModelStatus) == CONTRACT


@given(st.sampled_from(ModelStatus), st.sampled_from(ModelStatus))
def test_a_version_moves_only_to_a_status_that_may_follow(status: ModelStatus, to: ModelStatus) -> None:
    model = a_version(status)
    if to in FOLLOWING[status]:
        assert moved(model, to, reason="why", at=NOON).status is to
    else:
        with pytest.raises(Conflict, match=status) as error:
            moved(model, to, at=NOON)
        assert (error.value.resource_id, error.value.resource_type) == ("plates/1", "MODEL")
        assert ADVICE[status] in str(error.value)


@pytest.mark.parametrize("status", ModelStatus)
def test_every_version_can_be_deleted_in_the_end(status: ModelStatus) -> None:
    reached = {status}
    while following := {each for known in reached for each in FOLLOWING[known]} - reached:
        reached |= following
    assert ModelStatus.DELETING in reached


@pytest.mark.parametrize("failure", ["TRAINING_FAILED", "HOSTING_FAILED"])
def test_a_person_can_go_on_after_a_failure(failure: str) -> None:
    """By one call: a start or a deletion."""
    assert FOLLOWING[ModelStatus(failure)] & {ModelStatus.STARTING_HOSTING, ModelStatus.DELETING}


def test_a_version_that_is_deleted_stays_deleted() -> None:
    assert FOLLOWING[ModelStatus.DELETING] == frozenset()
