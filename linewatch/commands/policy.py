"""`linewatch model policy`."""

import click

from chalicelib.projects.policy import USUAL_BAD_PARTS, USUAL_IMAGES
from chalicelib.promotion.answers import policy_as_json
from chalicelib.promotion.domain import MOST_IMAGES
from chalicelib.promotion.policy import Least
from linewatch.commands.options import json_option, target_options
from linewatch.commands.printing import show
from linewatch.operate.operator import operator_grant
from linewatch.stack.target import Target

_SIZE = click.IntRange(1, MOST_IMAGES)


@click.command()
@click.argument("project")
@click.option("--promotes", type=click.Choice(["person", "policy"]), help="Who promotes; without it, only show it.")
@click.option("--images", default=USUAL_IMAGES, show_default=True, type=_SIZE, help="The fewest that both judged.")
@click.option(
    "--bad-parts",
    default=USUAL_BAD_PARTS,
    show_default=True,
    type=_SIZE,
    help="The fewest that a person called anomalous and the version has not learned from.",
)
@json_option
@target_options
def policy(project: str, promotes: str | None, images: int, bad_parts: int, as_json: bool, target: Target) -> None:
    """Show or set who promotes: a person, or the policy.

    The policy promotes a version that passes no more bad parts than the hosted one and is right more often, on images
    that it has not learned from. What it decides is shown with the comparison.
    """
    promotion, grant = target.linewatch().promotion, operator_grant(project)
    if promotes is None:
        known = promotion.show_policy(project, grant)
    else:
        least = Least(images=images, bad_parts=bad_parts) if promotes == "policy" else None
        known = promotion.set_policy(project, least, grant)
    show([dict(policy_as_json(project, known))], as_json, "project", "promotes", "images", "bad_parts", "set_by")
