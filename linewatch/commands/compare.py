"""`linewatch model compare`, `comparisons`, `promote`, `rollback`, `retrain` and `learned`."""

import json
from typing import Any

import click

from chalicelib.projects.domain import ModelVersion
from chalicelib.promotion.answers import (
    learned_as_json,
    plan_as_json,
    progress_as_json,
    retrained_as_json,
    share_done,
    state_of,
    version_as_json,
)
from chalicelib.promotion.compare import Progress, Wanted
from chalicelib.promotion.domain import MOST_DAYS, MOST_IMAGES, USUAL_DAYS, USUAL_IMAGES
from chalicelib.promotion.labels import Learned
from linewatch.commands.options import command_line, json_option, target_options
from linewatch.commands.printing import confirm, show
from linewatch.commands.versions import bar
from linewatch.operate import comparisons, versions
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target


@click.command()
@click.argument("project")
@click.argument("version", default="latest")
@click.option("--against", metavar="VERSION", help="The version to compare with; without it, the hosted one.")
@click.option("--days", default=USUAL_DAYS, show_default=True, type=click.IntRange(1, MOST_DAYS))
@click.option("--images", default=USUAL_IMAGES, show_default=True, type=click.IntRange(1, MOST_IMAGES))
@click.option("--proposes", is_flag=True, help="Promote it if it proves itself and the project's policy promotes.")
@click.option("--estimate", is_flag=True, help="Only say how much it is and what it costs.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it has ended.")
@json_option
@target_options
def compare(project: str, version: str, estimate: bool, wait: bool, as_json: bool, target: Target, **size: Any) -> None:
    """Compare a version with the hosted one on stored images.

    Both judge the newest images of the last days, and all images that have a review. The line is not affected.
    """
    promotion, grant = target.linewatch().promotion, operator_grant(project)
    wanted = Wanted(version=version, **size)
    plan = promotion.estimate(project, wanted, grant)
    click.echo(comparisons.effort(plan), err=True)
    if estimate:
        if as_json:
            click.echo(json.dumps({**plan_as_json(plan), "usd": comparisons.price(plan)}))
        return
    begun = promotion.begin_comparison(project, wanted, grant)
    if wait:
        with bar() as seen:
            progress = comparisons.wait_until_ended(promotion, begun, lambda done: seen("judging images", done))
    else:
        progress = promotion.show_comparison(project, begun.comparison_id, grant)
    _show(progress, as_json, target)


def _show(progress: Progress, as_json: bool, target: Target) -> None:
    if as_json:
        click.echo(json.dumps(progress_as_json(progress), default=str))
        return
    comparison, outcome = progress.comparison, progress.outcome
    if outcome is None:
        again = command_line(f"model comparisons {comparison.project}", target)
        click.echo(f"comparison {comparison.comparison_id} is {share_done(progress):.0%} done: `{again}`")
        return
    click.echo("\n".join(comparisons.summary(comparison, outcome)))
    for flip in outcome.flips:
        click.echo(f"{flip.key}: {flip.hosted} before, {flip.candidate} now, review: {flip.label or 'none'}")
    if outcome.figures is not None:
        promote_it = command_line(f"model promote {comparison.project} {comparison.candidate}", target)
        click.echo(f"`{promote_it}` puts it in the place of version {comparison.hosted}", err=True)
    if progress.decision is not None:
        promoted = "promoted it" if progress.decision.promoted else "did not promote it"
        click.echo(f"the policy {promoted}: {'; '.join(progress.decision.reasons)}")


@click.command("comparisons")
@click.argument("project")
@click.argument("comparison", required=False)
@json_option
@target_options
def list_comparisons(project: str, comparison: str | None, as_json: bool, target: Target) -> None:
    """List the comparisons of a project, or show one.

    The newest is first.
    """
    promotion, grant = target.linewatch().promotion, operator_grant(project)
    if comparison is not None:
        _show(promotion.show_comparison(project, comparison, grant), as_json, target)
        return
    rows = [
        {
            **progress_as_json(each, flips=False),
            "comparison": each.comparison.comparison_id,
            "state": state_of(each),
            "done": share_done(each),
        }
        for each in promotion.list_comparisons(project, grant)
    ]
    show(rows, as_json, "comparison", "candidate", "hosted", "state", "done", "proposes")


@click.command()
@click.argument("project")
@click.argument("version", default="latest")
@click.option("--unseen", is_flag=True, help="Also if it was not compared with the hosted version.")
@json_option
@target_options
def promote(project: str, version: str, unseen: bool, as_json: bool, target: Target) -> None:
    """Put a version in the place of the hosted one.

    It must have been compared with it. It is tested first: if it fails, the hosted version stays. Every image is
    inspected by one of the two.
    """
    linewatch = target.linewatch()
    promoted = linewatch.promotion.promote(project, version, operator_grant(project), unseen=unseen)
    _switched(promoted, versions.wait_until_hosted(linewatch.projects, promoted), as_json)


@click.command()
@click.argument("project")
@json_option
@target_options
def rollback(project: str, as_json: bool, target: Target) -> None:
    """Host the version again that was hosted before."""
    linewatch = target.linewatch()
    back = linewatch.promotion.roll_back(project, operator_grant(project))
    _switched(back, versions.wait_until_hosted(linewatch.projects, back), as_json)


def _switched(asked: ModelVersion, hosted: ModelVersion, as_json: bool) -> None:
    over = "" if asked.switch is None else f" in the place of version {asked.switch.over}"
    message = f"version {hosted.version} of {hosted.project} is live{over}; workers use it within 30 s"
    confirm(message, {**version_as_json(asked), "status": hosted.status.value}, as_json)


@click.command()
@click.argument("project")
@click.option("--preview", is_flag=True, help="Only show what would be learned.")
@json_option
@target_options
def retrain(project: str, preview: bool, as_json: bool, target: Target) -> None:
    """Train the next version on the data set with the reviews.

    When it is trained, it is compared with the hosted version and so proposed. A review that contradicts the data set
    is shown and not learned from.
    """
    promotion, grant = target.linewatch().promotion, operator_grant(project)
    if preview:
        _show_learned(promotion.preview(project, grant), as_json)
        return
    retrained = promotion.retrain(project, grant)
    if as_json:
        click.echo(json.dumps(retrained_as_json(retrained)))
    else:
        _show_learned(retrained.learned, as_json)
    follow = command_line(f"model comparisons {project}", target)
    click.echo(
        f"version {retrained.version.version} waits to be trained; then `{follow}` has what it is worth", err=True
    )


@click.command()
@click.argument("project")
@click.argument("version", default="latest")
@json_option
@target_options
def learned(project: str, version: str, as_json: bool, target: Target) -> None:
    """Show what a version learned from reviews."""
    _show_learned(target.linewatch().promotion.show_learned(project, version, operator_grant(project)), as_json)


def _show_learned(learned: Learned, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(learned_as_json(learned)))
        return
    for each in learned.taken:
        click.echo(f"{each.source}: {each.label}, says {each.reviewed_by}")
    for other in learned.contradictions:
        click.echo(
            f"{other.source}: {other.label}, says {other.reviewed_by}; the {other.dataset} data set says"
            f" {other.dataset_label}: not learned from"
        )
    click.echo(f"{len(learned.taken)} labels, {len(learned.contradictions)} contradictions", err=True)
