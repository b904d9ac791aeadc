"""The files of comparisons, on moto."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from chalicelib.core.verdict import Label, Verdict
from chalicelib.promotion.decision import Decision
from chalicelib.promotion.domain import Comparison, Judged, Outcome, Plan, Subject, id_of
from chalicelib.promotion.labels import Labelled, Learned
from chalicelib.promotion.s3 import S3Comparisons
from tests.support.builders import NOON
from tests.support.deployment import aws_clients

BUCKET = "linewatch-test-123456789012"
SUBJECT = Subject(inspection_id="i", bucket="b", key="k", etag="e", label=Label.NORMAL, known=Verdict.NORMAL)
JUDGED = Judged(inspection_id="i", key="k", candidate=Verdict.ANOMALOUS, hosted=Verdict.NORMAL)
PLAN = Plan(images=1, reviewed=1, predictions=1, seconds=0.1, parts=1, folder="first")


@pytest.fixture
def files() -> Iterator[S3Comparisons]:
    with mock_aws():
        client = aws_clients().s3
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield S3Comparisons(client, BUCKET)


def a_comparison(candidate: int = 2, project: str = "plates") -> Comparison:
    return Comparison(
        project=project,
        comparison_id=id_of(candidate, 1, NOON),
        candidate=candidate,
        hosted=1,
        since=NOON,
        images=10,
        asked_by="k",
        asked_at=NOON,
    )


def test_what_is_stored_is_read_back_and_what_is_not_there_is_none(files: S3Comparisons) -> None:
    comparison, outcome = a_comparison(), Outcome(ended_at=NOON, flips=(JUDGED,))
    assert (files.plan(comparison), files.outcome(comparison), files.find("plates", "none")) == (None, None, None)
    files.add(comparison)
    files.put_part(comparison, "first", 0, [SUBJECT])
    assert files.settle_plan(comparison, PLAN) == PLAN
    assert files.judged_parts(comparison) == set()
    files.put_result(comparison, 0, [JUDGED])
    files.put_outcome(comparison, outcome)
    assert files.find("plates", comparison.comparison_id) == comparison
    assert files.part(comparison, "first", 0) == [SUBJECT]
    assert (files.judged_parts(comparison), files.result(comparison, 0)) == ({0}, [JUDGED])
    assert (files.outcome(comparison), files.decision(comparison)) == (outcome, None)
    files.put_decision(comparison, decision := Decision(promoted=False, reasons=("few",), decided_at=NOON))
    assert files.decision(comparison) == decision


def test_the_first_plan_stays(files: S3Comparisons) -> None:
    comparison = a_comparison()
    files.settle_plan(comparison, PLAN)
    later = Plan(images=2, reviewed=0, predictions=4, seconds=1, parts=1, folder="second")
    assert files.settle_plan(comparison, later) == PLAN


def test_the_ids_of_a_project_are_listed_the_newest_first_and_no_lessons_among_them(files: S3Comparisons) -> None:
    for each in (a_comparison(2), a_comparison(3), a_comparison(2, "cups")):
        files.add(each)
    labelled = Labelled(inspection_id="i", source="s3://b/k", label="normal", kind=None, reviewed_by="r")
    files.put_learned("plates", "r1", Learned(taken=(labelled,)))
    assert files.ids("plates") == [id_of(3, 1, NOON), id_of(2, 1, NOON)]
    assert files.learned("plates", "r1") == Learned(taken=(labelled,))
    assert files.learned("plates", "r2") is None
