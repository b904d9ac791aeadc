"""Who may call which operation."""

import pytest

from chalicelib.access.domain import Grant, Role
from chalicelib.core.errors import Forbidden
from chalicelib.projects.operations import ROLES, Operation, require_allowed

READING = {name for name in Operation if name.startswith(("List", "Describe"))}
HOSTING = {
    Operation.START_MODEL,
    Operation.STOP_MODEL,
    Operation.COMPARE_MODELS,
    Operation.PROMOTE_MODEL,
    Operation.ROLL_BACK_MODEL,
}


def allowed(role: Role) -> set[Operation]:
    return {operation for operation, roles in ROLES.items() if role in roles}


def test_every_operation_has_its_roles() -> None:
    assert set(ROLES) == set(Operation)


def test_each_role_may_do_what_it_is_for() -> None:
    assert allowed(Role.CAMERA) == {Operation.DETECT_ANOMALIES}
    assert allowed(Role.VIEWER) == {*READING, Operation.DETECT_ANOMALIES}
    assert allowed(Role.OPERATOR) == allowed(Role.VIEWER) | HOSTING
    assert allowed(Role.ADMIN) == set(Operation)


@pytest.mark.parametrize("operation", Operation)
def test_a_key_reaches_its_own_project_only(operation: Operation) -> None:
    grant = Grant("a1", Role.ADMIN, "plates")
    require_allowed(operation, grant, "plates")
    with pytest.raises(Forbidden, match="for project plates, not cups"):
        require_allowed(operation, grant, "cups")
