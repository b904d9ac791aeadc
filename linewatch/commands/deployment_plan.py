"""What a deployment would do, as text: for the person who says yes to it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from linewatch.cost.estimate import estimate
from linewatch.stack.account import Account
from linewatch.stack.change_set import ChangeSet, ResourceChange
from linewatch.stack.release import Release
from linewatch.stack.rollback import minutes_watched
from linewatch.stack.template import Template

_VERBS = {"Add": "create", "Modify": "change", "Remove": "delete", "Import": "take over", "Dynamic": "perhaps change"}


def plan(release: Release, change_set: ChangeSet, template: Template, account: Account, identity: str) -> str:
    """The account, the settings, the changes and the cost; one line for each, the name of its part first."""
    parts = {
        "account": [f"{account.account} in {account.region}, as {identity}"],
        "functions": [f"{release.limit} may run at a time in this account", *_advice(release)],
        "settings": list(_settings(release, change_set)),
        "tags": [f"{name}={value}" for name, value in sorted(release.after.tags.items())],
        "changes": list(_changes(change_set)),
        "undone": _watched(change_set, template),
        "cost": list(_cost(release)),
    }
    return "\n".join(_column(name, lines) for name, lines in parts.items() if lines)


def _column(name: str, lines: Sequence[str]) -> str:
    rest = (f"{'':11}{line}" for each in lines for line in each.split("\n"))
    return f"{name:11}{'\n'.join(rest).lstrip()}"


def _advice(release: Release) -> list[str]:
    return [] if release.advice is None else [release.advice]


def _settings(release: Release, change_set: ChangeSet) -> Iterator[str]:
    changed = release.changed()
    for name, (before, after) in sorted(changed.items()):
        yield f"{name}: {after!s}" if change_set.new else f"{name}: {before!s} becomes {after!s}"
    kept = sorted(release.after.values.keys() - changed.keys())
    yield from (f"{name}: {release.after.values[name]!s}, as before" for name in kept)
    yield f"the others have their defaults (linewatch settings --stage {release.deployment.stage})"


def _changes(change_set: ChangeSet) -> Iterator[str]:
    if not change_set.resources:
        yield "none: the stack is up to date"
        return
    counts = Counter(each.action for each in change_set.resources)
    yield ", ".join(f"{_VERBS.get(action, action)} {count}" for action, count in counts.items())
    shown = change_set.resources if not change_set.new else [each for each in change_set.resources if _matters(each)]
    yield from (_change(each) for each in sorted(shown, key=lambda each: (each.action, each.name)))


def _change(change: ResourceChange) -> str:
    replaced = ": perhaps REPLACED by a new one" if change.replaced else ""
    return f"  {_VERBS.get(change.action, change.action)} {change.name} ({change.kind}){replaced}"


def _matters(change: ResourceChange) -> bool:
    """What is worth a line of its own when everything is created."""
    return change.action != "Add"


def _watched(change_set: ChangeSet, template: Template) -> list[str]:
    minutes = minutes_watched(template)
    watched = not change_set.new and change_set.resources and minutes
    return [f"by itself, if an alarm is raised while it is made or {minutes} minutes after"] if watched else []


def _cost(release: Release) -> Iterator[str]:
    cost = estimate(release.deployment.package.template, release.after.values)
    detail = ", ".join(f"{row.number:,} {row.what} {row.usd:.2f}" for row in cost.rows)
    yield f"about {cost.a_month:.2f} USD a month without any image: {detail}"
    yield f"{cost.a_million_images:.2f} USD a million images with batch URLs; keeping them, 0.023 USD a GB and month"
