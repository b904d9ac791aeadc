"""Two days of a line whose defects change: reviews, a new version, its shadow, its promotion, and the way back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import pytest

from chalicelib.access.domain import Role
from chalicelib.core.inspection import Inspection, Verdict
from chalicelib.projects.datasets import ManifestSource
from chalicelib.projects.domain import DatasetType, Location, ModelStatus
from chalicelib.projects.policy import POLICY_ASKS
from chalicelib.projects.versions import ModelFile
from linewatch.operate.operator import operator_grant
from linewatch.operate.train_here import TrainsHere
from linewatch.operate.versions import import_and_start
from tests.conftest import MakeKey
from tests.emulator.conftest import Say
from tests.emulator.images import Picture
from tests.emulator.plant import Plant, Sent, until
from tests.emulator.ribbed import HOLE, STAIN, SmallTrainer, a_model, part, picture, pictures

pytestmark = pytest.mark.emulator

NAME = "tubes"
LINE = "line-promotion"
API = f"/projects/{NAME}"
GRANT = operator_grant(NAME)
GOOD_PARTS, BAD_PARTS = [part(number) for number in range(20)], [part(100 + number, HOLE) for number in range(10)]
PASSED, STOPPED = Verdict.NORMAL, Verdict.ANOMALOUS


@dataclass(frozen=True)
class People:
    """The keys of two who review, and of the administrator."""

    ann: str
    bob: str
    eva: str


@pytest.fixture(scope="module")
def tubes(plant: Plant, make_key: MakeKey) -> Plant:
    """A project whose version 1 knows holes; its data set has the same images."""
    s3, bucket = plant.stack.client("s3"), plant.stack.bucket
    import_and_start(plant.linewatch.projects, NAME, a_model(GOOD_PARTS, BAD_PARTS))
    lines = []
    for number in range(30):
        bad = number >= 20
        key = f"datasets/{NAME}/images/{number}.png"
        content = picture(80 + number, HOLE) if bad else picture(number)
        s3.put_object(Bucket=bucket, Key=key, Body=content.content)
        metadata = {"class-name": "anomaly" if bad else "normal"}
        lines.append(json.dumps({"source-ref": f"s3://{bucket}/{key}", "check": int(bad), "check-metadata": metadata}))
    manifest = Location(bucket=bucket, key=f"datasets/{NAME}/day-one.manifest")
    s3.put_object(Bucket=bucket, Key=manifest.key, Body="\n".join(lines).encode())
    plant.linewatch.projects.create_dataset(NAME, DatasetType.TRAIN, ManifestSource(manifest), GRANT)
    return replace(plant, token=make_key(Role.CAMERA, NAME))


@pytest.fixture(scope="module")
def people(make_key: MakeKey) -> People:
    return People(*(make_key(role, NAME) for role in (Role.OPERATOR, Role.OPERATOR, Role.ADMIN)))


def asked(plant: Plant, key: str, path: str, method: str = "POST", **body: object) -> dict[str, Any]:
    sent = None if method == "GET" else body
    answer = plant.ask(method, f"{API}/{path}", token=key, json=sent)
    assert answer.is_success, answer.text
    result: dict[str, Any] = answer.json()
    return result


def inspected(plant: Plant, some: Sequence[Picture]) -> list[Inspection]:
    """What the line says of these pictures, which are sent now."""
    return [plant.verdict(each.inspection_id) for each in plant.send(some, LINE)]


def review(plant: Plant, key: str, found: Sequence[Inspection], verdict: Verdict) -> None:
    """A person looks at these parts."""
    for each in found:
        said = {"verdict": verdict, "revision": each.revision}
        answer = plant.ask("POST", f"/inspections/{each.inspection_id}/review", token=key, json=said)
        assert answer.status_code == 200, answer.text


def status(plant: Plant, version: int) -> ModelStatus:
    found: ModelStatus = plant.linewatch.projects.describe_model(NAME, str(version), GRANT).status
    return found


def decided(plant: Plant, key: str, comparison: str | None = None) -> dict[str, Any]:
    """The newest comparison, or this one, once the policy has decided on it."""

    def look() -> dict[str, Any] | None:
        answer = plant.ask("GET", f"{API}/comparisons", token=key)
        listed = answer.json()["comparisons"] if answer.is_success else []  # a busy machine answers too late
        found = [each for each in listed if comparison in (None, each["comparison_id"]) and each["decision"]]
        return found[0] if found else None

    return until(look, "the decision of the policy", seconds=90)


def retrained(plant: Plant) -> int:
    """The version that learns from the reviews. This process trains it, as `train --here` does."""
    linewatch = plant.stack.linewatch()
    linewatch.projects.trainer = SmallTrainer()
    linewatch.projects.queue = TrainsHere(linewatch.projects, lambda _: None)
    version: int = linewatch.promotion.retrain(NAME, GRANT).version.version
    return version


def in_the_shadow(plant: Plant, key: str, images: int) -> dict[str, Any]:
    """How the shadow run stands, once it has judged so many images."""

    def look() -> dict[str, Any] | None:
        found = asked(plant, key, "shadow", "GET")
        return found if found["judged"] >= images else None

    return until(look, "the verdicts in the shadow", seconds=90)


def first_of(plant: Plant, version: str, seeds: "count[int]") -> Inspection:
    """Send stained parts until one is judged by this version."""

    def look() -> Inspection | None:
        [found] = inspected(plant, [picture(next(seeds), STAIN)])
        return found if found.model_version == version else None

    return until(look, f"an image of version {version}")


def test_the_line_learns_from_two_people_and_the_new_version_proves_itself_before_it_is_promoted(
    tubes: Plant, people: People, say: Say
) -> None:
    assert {each.verdict for each in inspected(tubes, pictures(200, 4))} == {PASSED}
    assert {each.verdict for each in inspected(tubes, pictures(210, 3, HOLE))} == {STOPPED}
    asked(tubes, people.eva, "promotion-policy", "PUT", promotes="policy", images=20, bad_parts=5)

    good, stained = inspected(tubes, pictures(300, 5)), inspected(tubes, pictures(310, 10, STAIN))
    escapes = sum(each.verdict is PASSED for each in stained)
    assert escapes >= 8
    review(tubes, people.ann, stained[:5], STOPPED)
    review(tubes, people.bob, stained[5:], STOPPED)
    review(tubes, people.bob, good, PASSED)
    assert retrained(tubes) == 2
    proposed = decided(tubes, people.ann)
    assert proposed["outcome"]["figures"]["candidate"]["escapes"]["count"] == 0
    assert not proposed["decision"]["promoted"]
    assert "0 bad parts have a review that the version has not learned from" in proposed["decision"]["reasons"][0]

    assert asked(tubes, people.eva, "models/2/shadow", images=1000)["run"] == "shadow#2"
    stained = inspected(tubes, pictures(400, 8, STAIN))
    inspected(tubes, pictures(410, 4))
    assert sum(each.verdict is PASSED for each in stained) >= 6
    figures = in_the_shadow(tubes, people.ann, 12)["figures"]
    assert figures["now_stopped"]["count"] >= 6
    with tubes.lake() as lake:
        rows = until(lambda: _rows(lake.execute("SELECT run, count(*) FROM current GROUP BY run").fetchall()), "rows")
    assert rows["shadow#2"] <= 12

    review(tubes, people.ann, stained, STOPPED)
    begun = asked(tubes, people.ann, "models/2/comparison", proposes=True)["comparison_id"]
    assert decided(tubes, people.ann, begun)["decision"]["promoted"]
    until(lambda: status(tubes, 1) is ModelStatus.TRAINED or None, "the promotion")
    assert tubes.linewatch.projects.describe_model(NAME, "2", GRANT).asked_by == POLICY_ASKS
    assert first_of(tubes, "2", count(500)).verdict is STOPPED
    assert until(lambda: asked(tubes, people.ann, "shadow", "GET")["end"], "its end") == "version 2 is hosted now"
    say(f"day two: version 1 passed {escapes} of 10 stains; in the shadow version 2 stopped {figures['now_stopped']}")


def _rows(found: Sequence[tuple[str, int]]) -> dict[str, int] | None:
    return dict(found) if any(run == "shadow#2" for run, _ in found) else None


def test_a_worse_version_and_a_damaged_one_are_not_hosted(tubes: Plant, people: People) -> None:
    projects, s3, bucket = tubes.linewatch.projects, tubes.stack.client("s3"), tubes.stack.bucket
    worse = s3.get_object(Bucket=bucket, Key=f"models/{NAME}/1.safetensors")["Body"].read()
    for _ in range(2):
        projects.import_model(NAME, ModelFile(content=worse), GRANT)
    s3.put_object(Bucket=bucket, Key=f"models/{NAME}/4.safetensors", Body=worse[:-100] + bytes(100))
    begun = asked(tubes, people.ann, "models/3/comparison", proposes=True)["comparison_id"]
    ended = decided(tubes, people.ann, begun)
    figures = ended["outcome"]["figures"]
    assert figures["candidate"]["escapes"]["count"] > figures["hosted"]["escapes"]["count"]
    assert not ended["decision"]["promoted"]
    asked(tubes, people.ann, "models/4/promote", unseen=True)
    until(lambda: status(tubes, 4) is ModelStatus.HOSTING_FAILED or None, "the refusal")
    assert "version 4 failed its test" in projects.describe_model(NAME, "4", GRANT).status_message
    assert (status(tubes, 2), status(tubes, 3)) == (ModelStatus.HOSTED, ModelStatus.TRAINED)


def test_a_roll_back_under_load_judges_every_image_by_one_version(tubes: Plant, people: People, say: Say) -> None:
    sent: list[Sent] = tubes.send(pictures(600, 15), LINE)
    asked(tubes, people.ann, "rollback")
    sent += tubes.send(pictures(620, 15), LINE)
    until(lambda: status(tubes, 2) is ModelStatus.TRAINED or None, "the roll back")
    first_of(tubes, "1", count(700))
    sent += tubes.send(pictures(640, 5), LINE)
    found = [tubes.verdict(each.inspection_id) for each in sent]
    assert {(each.verdict, each.revision) for each in found} == {(PASSED, 1)}
    judged = {version: sum(each.model_version == version for each in found) for version in ("1", "2")}
    assert sum(judged.values()) == len(found)
    say(f"during the roll back version 1 judged {judged['1']}, version 2 {judged['2']}")
