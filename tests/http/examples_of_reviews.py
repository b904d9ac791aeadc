"""Examples of what the page shows, and of reviews."""

from collections.abc import Iterator
from functools import partial

from chalicelib.core.errors import LakeUnavailable
from chalicelib.daily.domain import DAYS_BEFORE, DayReport, PrintedReport, VerdictCounts
from linewatch.dev.openapi.examples import Example
from tests.http.asked import Asked, inspections
from tests.support.builders import NOON, an_inspection
from tests.support.deployment import SETTINGS

LINES = "/projects/plates/lines"
REVIEWS = "/projects/plates/reviews"
PLAN = f"{REVIEWS}/plan"
EXPORTS = "/projects/plates/exports"
WRONG, GONE = inspections()


def of_pages(asked: Asked) -> Iterator[Example]:
    """What a key allows, the lines, their counts and an image."""
    ask = partial(asked.ask, who="ben")
    yield ask("describe_key", "a viewer's key", "GET /key")
    yield ask("list_lines", "one line", f"GET {LINES}")
    yield ask("count_verdicts", "two images", f"GET {LINES}/line-1/counts?from=2026-03-14T06:00:00%2B01:00")
    _print(asked)
    yield ask("list_reports", "one day", "GET /projects/plates/reports")
    yield ask("find_daily_report", "reviewed", "GET /projects/plates/reports/2026-03-14")
    yield ask("find_daily_report", "not printed", "GET /projects/plates/reports/2026-03-15")
    yield from _of_exports(asked)
    yield ask("find_image", "a link", f"GET /inspections/{WRONG.inspection_id}/image")


def _of_exports(asked: Asked) -> Iterator[Example]:
    """An export begins, runs, and is answered; then Athena has no time."""
    ask, questions = partial(asked.ask, who="ben"), asked.api.questions
    yield ask("list_queries", "one for each chart", f"GET {EXPORTS}")
    week = {"query": "by-line", "since": "2026-03-08", "until": "2026-03-14"}
    begun = ask("begin_export", "a week", f"POST {EXPORTS}", week)
    yield begun
    yield ask("begin_export", "too long", f"POST {EXPORTS}", {**week, "since": "2024-03-08"})
    export = f"{EXPORTS}/{begun.answer['export']}"
    yield ask("find_export", "running", f"GET {export}?kind=xlsx")
    yield ask("find_export", "answered", f"GET {export}?kind=xlsx")
    yield ask("find_export", "unknown", f"GET {EXPORTS}/none")
    questions.down = LakeUnavailable(
        "the lake cannot be asked now, Athena says TooManyRequestsException: try again in a minute"
    )
    yield ask("begin_export", "no Athena", f"POST {EXPORTS}", week)


def _print(asked: Asked) -> None:
    """A report that changed when people had reviewed."""
    nothing = (VerdictCounts(),) * DAYS_BEFORE
    report = DayReport(
        day=NOON.date(),
        zone="Europe/Berlin",
        project="plates",
        total=VerdictCounts(normal=1, anomalous=1),
        before=nothing,
        sections=(),
        reasons=(),
        defects=(),
        silences=(),
    )
    asked.api.linewatch.daily.reports.write(PrintedReport(2, ("Reviewed images: 1, before 0.",), report), {})


def of_reviews(asked: Asked) -> Iterator[Example]:
    """An answer, one that comes too late, one to an image that is gone, and what is reviewed and waits."""
    asked.api.inspections.commit(an_inspection("part-5", confidence=0.25, bucket=SETTINGS.bucket))
    asked.api.images.gone.add(GONE.key)
    yield asked.ask("trace_image", "a defect", f"GET /inspections/{WRONG.inspection_id}/trace", who="ben")
    review = partial(asked.ask, "review_inspection", who="anna")
    wrong, gone = (f"/inspections/{each.inspection_id}/review" for each in (WRONG, GONE))
    normal = {"verdict": "normal", "comment": "a speck of dust", "revision": 1}
    yield review("corrected", f"POST {wrong}", normal)
    yield review("too late", f"POST {wrong}", {"verdict": "anomalous", "kind": "scratch", "revision": 1})
    yield review("deleted", f"POST {gone}", normal)
    yield asked.ask("show_review", "corrected", f"GET {wrong}", who="ben")
    yield asked.ask("withdraw_review", "mine", f"DELETE {wrong}?revision=2", who="anna")
    yield asked.ask("withdraw_review", "none", f"DELETE {wrong}?revision=7", who="anna")
    yield review("normal after all", f"POST {wrong}", normal | {"revision": 3})
    yield asked.ask("set_plan", "two people", f"PUT {PLAN}", {"parts": 20, "two_people": True}, who="eva")
    yield asked.ask("set_plan", "too many", f"PUT {PLAN}", {"parts": 1000}, who="eva")
    yield asked.ask("show_plan", "two days", f"GET {PLAN}?from=2026-03-12T00:00:00Z", who="ben")
    yield asked.ask("show_escapes", "a version", f"GET {REVIEWS}/escapes", who="ben")
    yield asked.ask("show_agreement", "of nobody", f"GET {REVIEWS}/agreement", who="ben")
    yield asked.ask("list_reviews", "one line", "GET /reviews?line=line-1", who="ben")
    yield asked.ask("list_waiting", "one line", "GET /reviews/waiting?line=line-1&limit=1", who="ben")
