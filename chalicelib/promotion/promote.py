"""Promote a version on the evidence of a comparison."""

from collections.abc import Callable

from chalicelib.access.domain import Grant
from chalicelib.projects.domain import ModelVersion
from chalicelib.projects.errors import Conflict, ResourceType
from chalicelib.projects.switch import Switch, SwitchKind
from chalicelib.promotion.domain import is_about
from chalicelib.promotion.ports import Comparisons


def promote(
    project: str,
    version: str,
    grant: Grant,
    *,
    unseen: bool = False,
    comparisons: Comparisons,
    promote_model: Callable[..., ModelVersion],
) -> ModelVersion:
    """The version as it is STARTING_HOSTING in the place of the hosted one.

    `Conflict` unless the two were compared, or it is wanted `unseen`; else as in `promote_model`.
    """

    def evidence(candidate: ModelVersion, hosted: ModelVersion) -> Switch:
        return _evidence(candidate, hosted, comparisons, required=not unseen)

    return promote_model(project, version, grant, evidence=evidence)


def _evidence(candidate: ModelVersion, hosted: ModelVersion, comparisons: Comparisons, *, required: bool) -> Switch:
    """The newest comparison of the two that came to an end."""
    for comparison_id in comparisons.ids(candidate.project):
        if is_about(comparison_id, candidate.version, hosted.version):
            found = comparisons.find(candidate.project, comparison_id)
            outcome = None if found is None else comparisons.outcome(found)
            if outcome is not None and outcome.figures is not None:
                return Switch(
                    kind=SwitchKind.PROMOTION,
                    over=hosted.version,
                    comparison=comparison_id,
                    figures=outcome.figures,
                )
    if required:
        message = (
            f"version {candidate.version} was not compared with version {hosted.version}, which is hosted: compare"
            " them first, or promote it unseen"
        )
        raise Conflict(candidate.resource_id, ResourceType.MODEL, message)
    return Switch(kind=SwitchKind.PROMOTION, over=hosted.version)
