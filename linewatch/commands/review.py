"""`linewatch review`: list what waits for a review, and confirm or correct verdicts."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from chalicelib.core.answer import Action
from chalicelib.core.inspection import LIVE, Inspection, Verdict
from chalicelib.core.verdict import Label
from linewatch.commands.options import json_option, target_options
from linewatch.commands.printing import Row, show
from linewatch.commands.review_plan import agreement, escapes, me, minute, plan, require_project, times_options
from linewatch.commands.valid import valid
from linewatch.commands.warnings import printable
from linewatch.stack.target import Target

if TYPE_CHECKING:
    from chalicelib.reviews.plan import Times

_LABEL = click.Choice([each.value for each in Label])
_OTHER = {Verdict.NORMAL: Label.ANOMALOUS, Verdict.ANOMALOUS: Label.NORMAL}
_answer_options = (
    click.option("--comment", help="Why, for those who read it later."),
    click.option("--line-stopped", is_flag=True, help="You stopped the line for this part."),
    click.option("--revision", type=int, help="Refuse if the inspection is not this revision any more."),
    json_option,
    target_options,
)


@click.group()
def review() -> None:
    """List what waits for a review, confirm or correct it.

    Also what the random sample says of the escapes.
    """


for _command in (plan, escapes, agreement):
    review.add_command(_command)


@review.command("list")
@click.argument("project")
@click.option("--reviewed", is_flag=True, help="List what people have reviewed, not what waits for a review.")
@click.option("--line", help="Only this line.")
@click.option("--camera", help="Only this camera.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The most to list.")
@times_options
@json_option
@target_options
def list_reviews(project: str, reviewed: bool, limit: int, times: "Times", **options: Any) -> None:
    """List what waits for a review, or what people have reviewed.

    Those of the last week without --since, by the day of capture or, with --reviewed, of the review.

    Unfamiliar images come first, then uncertain verdicts, what people dispute, what waits for a second person, and the
    random sample; each with its time (UTC), what the machine says and how sure it is.
    """
    target, as_json = options["target"], options["as_json"]
    given = {"line": options["line"], "camera": options["camera"], **times.model_dump(mode="json", by_alias=True)}
    rows = list(islice(_rows(target, project, given, reviewed), limit))
    if not rows:
        require_project(target, project)
    if as_json:
        show(rows, as_json)
        return
    if not rows:
        click.echo(f"project {project}: nothing {'was reviewed' if reviewed else 'waits for your answer'}", err=True)
    for row in rows:
        click.echo("  ".join(_reviewed_words(row) if reviewed else _waiting_words(row)))


def _waiting_words(row: Row) -> Iterator[str]:
    sure = "" if row["confidence"] is None else f" ({row['confidence']:.3f})"
    yield from (row["inspection_id"], f"{row['because']:<10}", f"{row['line']}/{row['camera']}")
    yield from (f"{row['captured_at']:%Y-%m-%d %H:%M}", f"{row['verdict']}{sure}")


def _reviewed_words(row: Row) -> Iterator[str]:
    kind = "" if row["kind"] is None else f" ({printable(row['kind'])})"
    yield from (row["inspection_id"], f"{row['line']}/{row['camera']}")
    yield from (f"{row['machine_verdict']}, is {row['verdict']}{kind}", row["reviewed_by"], minute(row["reviewed_at"]))


def _rows(target: Target, project: str, given: Row, reviewed: bool) -> Iterator[Row]:
    from chalicelib.reviews.answers import review_as_json
    from chalicelib.reviews.domain import Review
    from chalicelib.reviews.list_reviews import ReviewSearch

    reviews, grant, cursor = target.linewatch().reviews, me(project), None
    listed = reviews.list_reviewed if reviewed else reviews.list_waiting
    search = valid(ReviewSearch, given)
    while True:
        page = listed(search, grant, after=cursor)
        for each in page.unreadable:
            click.echo(f"left out, because it cannot be read: {each.name}: {each.reason}", err=True)
        for on, inspection in page.found:
            yield review_as_json(Review.of(inspection)) if reviewed else _waiting(on, inspection)
        if (cursor := page.end) is None:
            return


def _waiting(on: str, inspection: Inspection) -> Row:
    return {
        "inspection_id": inspection.inspection_id,
        "because": str(on),
        "project": inspection.project,
        "line": inspection.line,
        "camera": inspection.camera,
        "bucket": inspection.bucket,
        "key": inspection.key,
        "captured_at": inspection.captured_at,
        "verdict": inspection.verdict.value,
        "confidence": inspection.confidence,
        "reason": inspection.reason,
        "model_version": inspection.model_version,
        "revision": inspection.revision,
    }


def _with_answer_options(command: Any) -> Any:
    for option in reversed(_answer_options):
        command = option(command)
    return command


@review.command()
@click.argument("inspection_id")
@click.option("--kind", help="The kind of defect, such as scratch; of an anomalous part only.")
@_with_answer_options
def confirm(inspection_id: str, target: Target, **options: Any) -> None:
    """Say that the verdict of an inspection is right."""
    found = _part(target, inspection_id)
    if found.verdict not in _OTHER:
        raise click.UsageError(f"the machine says {found.verdict}, so say what the part is: review correct --verdict")
    _answer(target, found, Label(found.verdict.value), options)


@review.command()
@click.argument("inspection_id")
@click.option("--verdict", type=_LABEL, help="What the part is; without it, the other verdict.")
@click.option("--kind", help="The kind of defect, such as scratch; of an anomalous part only.")
@_with_answer_options
def correct(inspection_id: str, verdict: str | None, target: Target, **options: Any) -> None:
    """Say what a part is, whatever the machine said."""
    found = _part(target, inspection_id)
    label = _OTHER.get(found.verdict) if verdict is None else Label(verdict)
    if label is None:
        raise click.UsageError(f"the machine says {found.verdict}, so say what the part is: --verdict")
    _answer(target, found, label, options)


@review.command()
@click.argument("inspection_id")
@json_option
@target_options
def undo(inspection_id: str, target: Target, as_json: bool) -> None:
    """Withdraw your last answer to an inspection. It stays in the history and counts no more."""
    from chalicelib.reviews.answers import answered_as_json

    found = _found(target, inspection_id)
    grant = me(found.project)
    own = [each for each in found.answers if each.reviewed_by == grant.key_id and each.withdrawn_at is None]
    if not own:
        raise click.ClickException(f"{grant.key_id} has no answer to inspection {inspection_id} that stands")
    now = target.linewatch().reviews.withdraw_answer(inspection_id, own[-1].revision, grant)
    click.echo(f"inspection {inspection_id} has revision {now.revision}: {own[-1].label} is withdrawn", err=True)
    if as_json:
        show([answered_as_json(now, grant.key_id)], as_json=True)


def _found(target: Target, inspection_id: str) -> Inspection:
    found = target.linewatch().inspections.table.find(inspection_id, LIVE)
    if found is None:
        raise click.ClickException(f"there is no inspection {inspection_id}")
    return found


def _part(target: Target, inspection_id: str) -> Inspection:
    from chalicelib.reviews.review import require_part

    found = _found(target, inspection_id)
    require_part(found)
    return found


def _answer(target: Target, found: Inspection, label: Label, options: Row) -> None:
    from chalicelib.reviews.answers import answered_as_json
    from chalicelib.reviews.review import NewAnswer

    revision = found.revision if options["revision"] is None else options["revision"]
    action = Action.LINE_STOPPED if options["line_stopped"] else None
    said = {name: options[name] for name in ("kind", "comment")} | {"verdict": label, "action": action}
    answer = valid(NewAnswer, said | {"revision": revision})
    grant = me(found.project)
    now = target.linewatch().reviews.review_inspection(found.inspection_id, answer, grant)
    waits = "" if now.review_label else "; it counts when another person says the same"
    revision = f"inspection {now.inspection_id} has revision {now.revision}"
    click.echo(f"{revision}: {label} by {grant.key_id}{waits}", err=True)
    if options["as_json"]:
        show([answered_as_json(now, grant.key_id)], as_json=True)
