"""Where people review one stored inspection."""

from chalicelib.access.domain import Grant, Role
from chalicelib.core.inspection import LIVE, Inspection
from chalicelib.reviews.review import NewAnswer, review_inspection
from chalicelib.reviews.withdraw import withdraw_answer
from tests.support.builders import FakeClock
from tests.support.fake_inspections import FakeInspections
from tests.support.fake_reviews import FakeSampling, FakeStoredImages

ANN = Grant("ann", Role.OPERATOR, "plates")
BOB = Grant("bob", Role.OPERATOR, "plates")
CARL = Grant("carl", Role.OPERATOR, "plates")


class Desk:
    """Where people review one stored inspection."""

    def __init__(self, inspection: Inspection) -> None:
        self.table, self.images, self.clock = FakeInspections(), FakeStoredImages(), FakeClock()
        self.sampling = FakeSampling()
        self.table.commit(inspection)
        self.inspection = inspection

    def answer(self, grant: Grant = ANN, revision: int = 1, **said: object) -> Inspection:
        answer = NewAnswer.model_validate({"verdict": "anomalous", "revision": revision} | said)
        return review_inspection(
            self.inspection.inspection_id,
            answer,
            grant,
            inspections=self.table,
            images=self.images,
            sampling=self.sampling,
            clock=self.clock,
        )

    def withdraw(self, revision: int, grant: Grant = ANN) -> Inspection:
        return withdraw_answer(self.inspection.inspection_id, revision, grant, inspections=self.table, clock=self.clock)

    @property
    def stored(self) -> Inspection:
        found = self.table.find(self.inspection.inspection_id, LIVE)
        assert found is not None
        return found
