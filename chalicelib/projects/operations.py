"""The operations on projects and who may call each. A key belongs to one project."""

from enum import StrEnum

from chalicelib.access.access_keys import require_own
from chalicelib.access.domain import EVERYONE, PEOPLE, Grant, Role
from chalicelib.core.errors import Forbidden


class Operation(StrEnum):
    """The contract's operations, and those of our own beside them."""

    CREATE_PROJECT = "CreateProject"
    LIST_PROJECTS = "ListProjects"
    DESCRIBE_PROJECT = "DescribeProject"
    DELETE_PROJECT = "DeleteProject"
    CREATE_DATASET = "CreateDataset"
    DESCRIBE_DATASET = "DescribeDataset"
    DELETE_DATASET = "DeleteDataset"
    LIST_DATASET_ENTRIES = "ListDatasetEntries"
    UPDATE_DATASET_ENTRIES = "UpdateDatasetEntries"
    REMOVE_DATASET_ENTRIES = "RemoveDatasetEntries"
    IMPORT_MANIFEST = "ImportManifest"
    CREATE_MODEL = "CreateModel"
    IMPORT_MODEL = "ImportModel"
    MOVE_THRESHOLD = "MoveThreshold"
    LIST_MODELS = "ListModels"
    DESCRIBE_MODEL = "DescribeModel"
    DELETE_MODEL = "DeleteModel"
    START_MODEL = "StartModel"
    STOP_MODEL = "StopModel"
    COMPARE_MODELS = "CompareModels"
    LIST_COMPARISONS = "ListComparisons"
    DESCRIBE_COMPARISON = "DescribeComparison"
    RETRAIN_MODEL = "RetrainModel"
    PROMOTE_MODEL = "PromoteModel"
    ROLL_BACK_MODEL = "RollBackModel"
    SET_PROMOTION_POLICY = "SetPromotionPolicy"
    DESCRIBE_PROMOTION_POLICY = "DescribePromotionPolicy"
    START_SHADOW = "StartShadow"
    STOP_SHADOW = "StopShadow"
    DESCRIBE_SHADOW = "DescribeShadow"
    DETECT_ANOMALIES = "DetectAnomalies"
    TAG_RESOURCE = "TagResource"
    UNTAG_RESOURCE = "UntagResource"
    LIST_TAGS = "ListTagsForResource"


_ADMINS = frozenset({Role.ADMIN})
_OPERATORS = frozenset({Role.ADMIN, Role.OPERATOR})

ROLES: dict[Operation, frozenset[Role]] = {
    Operation.CREATE_PROJECT: _ADMINS,
    Operation.LIST_PROJECTS: PEOPLE,
    Operation.DESCRIBE_PROJECT: PEOPLE,
    Operation.DELETE_PROJECT: _ADMINS,
    Operation.CREATE_DATASET: _ADMINS,
    Operation.DESCRIBE_DATASET: PEOPLE,
    Operation.DELETE_DATASET: _ADMINS,
    Operation.LIST_DATASET_ENTRIES: PEOPLE,
    Operation.UPDATE_DATASET_ENTRIES: _ADMINS,
    Operation.REMOVE_DATASET_ENTRIES: _ADMINS,
    Operation.IMPORT_MANIFEST: _ADMINS,
    Operation.CREATE_MODEL: _ADMINS,
    Operation.IMPORT_MODEL: _ADMINS,
    Operation.MOVE_THRESHOLD: _ADMINS,
    Operation.LIST_MODELS: PEOPLE,
    Operation.DESCRIBE_MODEL: PEOPLE,
    Operation.DELETE_MODEL: _ADMINS,
    Operation.START_MODEL: _OPERATORS,
    Operation.STOP_MODEL: _OPERATORS,
    Operation.COMPARE_MODELS: _OPERATORS,
    Operation.LIST_COMPARISONS: PEOPLE,
    Operation.DESCRIBE_COMPARISON: PEOPLE,
    Operation.RETRAIN_MODEL: _ADMINS,
    Operation.PROMOTE_MODEL: _OPERATORS,
    Operation.ROLL_BACK_MODEL: _OPERATORS,
    Operation.SET_PROMOTION_POLICY: _ADMINS,
    Operation.DESCRIBE_PROMOTION_POLICY: PEOPLE,
    Operation.START_SHADOW: _ADMINS,
    Operation.STOP_SHADOW: _ADMINS,
    Operation.DESCRIBE_SHADOW: PEOPLE,
    Operation.DETECT_ANOMALIES: EVERYONE,
    Operation.TAG_RESOURCE: _ADMINS,
    Operation.UNTAG_RESOURCE: _ADMINS,
    Operation.LIST_TAGS: PEOPLE,
}
"""The roles that may call each operation, within the project of their key."""


def require_allowed(operation: Operation, grant: Grant, project: str) -> None:
    """Raise `Forbidden` unless the key may call this for this project, whether or not the project exists."""
    if grant.role not in ROLES[operation]:
        allowed = ", ".join(role for role in Role if role in ROLES[operation])
        raise Forbidden(f"{operation} needs a key with the role {allowed}; this key is {grant.role}")
    require_own(project, grant)
