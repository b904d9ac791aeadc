"""Create, list, describe and delete projects."""

from dataclasses import replace

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.errors import Forbidden, InvalidRequest
from chalicelib.projects.errors import Conflict, NoSuchResource
from chalicelib.projects.projects import create_project, describe_project, list_projects
from tests.projects.world import ADMIN, World, a_project, a_trainable_project


def test_a_project_exists_after_it_was_created() -> None:
    world = a_project()
    assert describe_project("plates", ADMIN, registry=world.registry).project == world.record.existing()
    assert [each.name for each in list_projects(ADMIN, registry=world.registry).items] == ["plates"]


def test_a_name_cannot_be_used_twice() -> None:
    with pytest.raises(Conflict, match="project plates exists") as error:
        a_project().create_project()
    assert (error.value.resource_id, error.value.resource_type) == ("plates", "PROJECT")


@pytest.mark.parametrize("name", ["", "-a", "_a", "a b", "a.b", "ü", "a\n", "a" * 65])
def test_a_name_that_breaks_the_contract_is_refused(name: str) -> None:
    world = World()
    with pytest.raises(InvalidRequest, match="ProjectName"):
        create_project(name, ADMIN, registry=world.registry, waker=world.waker, clock=world.clock)


def test_a_key_creates_only_the_project_that_it_was_made_for() -> None:
    world = World()
    with pytest.raises(Forbidden, match="for project plates, not cups"):
        create_project("cups", ADMIN, registry=world.registry, waker=world.waker, clock=world.clock)


@pytest.mark.parametrize("role", [Role.CAMERA, Role.VIEWER, Role.OPERATOR])
def test_only_an_admin_creates_a_project(role: Role) -> None:
    world = World()
    with pytest.raises(Forbidden, match="needs a key with the role admin"):
        create_project(
            "plates",
            replace(ADMIN, role=role),
            registry=world.registry,
            waker=world.waker,
            clock=world.clock,
        )


def test_a_key_learns_nothing_of_another_project() -> None:
    """The answer is the same whether or not it exists."""
    world = a_project()
    answers = set()
    for name in ("cups", "plates"):
        with pytest.raises(Forbidden) as error:
            describe_project(name, replace(ADMIN, project="bowls"), registry=world.registry)
        answers.add(str(error.value).replace(name, ""))
    assert len(answers) == 1
    assert list_projects(replace(ADMIN, project="bowls"), registry=world.registry).items == []


def test_an_unknown_project_is_not_found() -> None:
    with pytest.raises(NoSuchResource, match="no project plates") as error:
        describe_project("plates", ADMIN, registry=World().registry)
    assert (error.value.resource_id, error.value.resource_type) == ("plates", "PROJECT")


def test_a_project_with_versions_or_data_sets_is_not_deleted() -> None:
    world = a_trainable_project()
    world.train()
    with pytest.raises(Conflict, match=r"delete version 1 \(DeleteModel\), the train data set \(DeleteDataset\) first"):
        world.delete_project()
    assert not world.forgotten


def test_a_project_is_gone_after_its_deletion() -> None:
    world = a_project()
    world.delete_project()
    assert world.forgotten == [("plates", ADMIN)]
    with pytest.raises(NoSuchResource):
        world.record.existing()


def test_a_new_project_of_an_old_name_uses_no_number_again() -> None:
    """Workers remember which model had which number."""
    world = a_trainable_project()
    world.train()
    world.delete_model()
    world.delete_dataset()
    world.delete_project()
    world.create_project()
    assert world.import_model().version == 2
