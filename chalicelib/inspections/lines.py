"""The lines of a project, and how many images of a line have which verdict."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.access.access_keys import require, require_own
from chalicelib.access.domain import Grant
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.image import is_id
from chalicelib.core.inspection import Verdict
from chalicelib.core.validation import Id, Moment
from chalicelib.inspections.ports import Inspections
from chalicelib.inspections.search import query_of_line

COUNTED_AT_MOST = 50_000
"""The most inspections that one answer counts, so that it does not time out."""
UNREADABLE = "unreadable"
"""What is counted of an inspection whose verdict cannot be read."""


class CountSearch(BaseModel):
    """Which inspections of a line to count. The times limit captured_at, both inclusive."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    camera: Id | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    until: Annotated[Moment | None, Field(alias="to")] = None


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """How many inspections have each verdict. If not `complete`, only the newest were counted."""

    counts: Mapping[str, int]
    complete: bool


def list_lines(project: str, grant: Grant, *, inspections: Inspections) -> list[str]:
    """The lines of the project that have inspections and that the key covers. `Forbidden` for another project."""
    require_own(project, grant)
    return [line for line in inspections.lines_of(project) if grant.covers(project=project, line=line)]


def count_verdicts(
    project: str, line: str, search: CountSearch, grant: Grant, *, inspections: Inspections, clock: Clock
) -> VerdictCounts:
    """Count what the key covers. `Forbidden` or `InvalidRequest` says why there is no answer."""
    if not is_id(line):
        raise InvalidRequest(("line", "is not an id: use 1 to 64 of A-Z a-z 0-9 . _ -"))
    require(grant, project=project, line=line, camera=search.camera)
    query = query_of_line(project, line, search.since, search.until, clock())
    found: Counter[str] = Counter(dict.fromkeys(Verdict, 0))
    for read, (camera, verdict) in enumerate(inspections.verdicts_of_line(query)):
        if read == COUNTED_AT_MOST:
            return VerdictCounts(found, complete=False)
        if search.camera in {None, camera} and grant.covers(project=project, line=line, camera=camera):
            found[verdict if verdict in Verdict else UNREADABLE] += 1
    return VerdictCounts(found, complete=True)
