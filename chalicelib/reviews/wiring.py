"""Builds the capability of reviews."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.projects.wiring import ProjectsWiring
from chalicelib.shifts.wiring import ShiftsWiring

if TYPE_CHECKING:
    from chalicelib.core.inspection import Inspection
    from chalicelib.reviews.agreement import Agreement
    from chalicelib.reviews.list_reviews import ReviewPage
    from chalicelib.reviews.plan import EscapesShown, Shown
    from chalicelib.reviews.ports import Reviews, StoredImages
    from chalicelib.reviews.sampling import Sampling
    from chalicelib.shifts.domain import ReviewPlan


class ReviewsWiring:
    """The use cases of reviews. What they store is part of the inspections."""

    def __init__(
        self, platform: Platform, projects: ProjectsWiring, inspections: InspectionsWiring, shifts: ShiftsWiring
    ) -> None:
        self._platform = platform
        self._projects = projects
        self._inspections = inspections
        self._shifts = shifts

    @cached_property
    def images(self) -> "StoredImages":
        """The bucket's images."""
        from chalicelib.reviews.s3 import S3StoredImages

        return S3StoredImages(self._platform.clients.s3)

    @cached_property
    def all(self) -> "Reviews":
        """The present reviews of all inspections."""
        from chalicelib.reviews.all_reviews import ReviewsOfInspections

        return ReviewsOfInspections(self._inspections.table, self._platform.clock)

    @cached_property
    def sampling(self) -> "Sampling":
        """The random sample of each shift."""
        from chalicelib.reviews.sampling import Sampling

        shifts = self._shifts
        return Sampling(shifts.calendars, shifts.files, self._inspections.table, self._platform.clock)

    @cached_property
    def review_inspection(self) -> "Callable[..., Inspection]":
        """Add an answer to an inspection."""
        from chalicelib.reviews.review import review_inspection

        return partial(
            review_inspection,
            inspections=self._inspections.table,
            images=self.images,
            sampling=self.sampling,
            clock=self._platform.clock,
        )

    @cached_property
    def withdraw_answer(self) -> "Callable[..., Inspection]":
        """Withdraw an answer."""
        from chalicelib.reviews.withdraw import withdraw_answer

        return partial(withdraw_answer, inspections=self._inspections.table, clock=self._platform.clock)

    @cached_property
    def list_reviewed(self) -> "Callable[..., ReviewPage]":
        """List what people have reviewed."""
        from chalicelib.inspections.domain import ReviewList
        from chalicelib.reviews.list_reviews import list_reviews

        return partial(
            list_reviews,
            lists=[ReviewList.REVIEWED],
            inspections=self._inspections.table,
            sampling=self.sampling,
            clock=self._platform.clock,
        )

    @cached_property
    def list_waiting(self) -> "Callable[..., ReviewPage]":
        """List what waits for a review."""
        from chalicelib.inspections.domain import WAITING
        from chalicelib.reviews.list_reviews import list_reviews

        return partial(
            list_reviews,
            lists=WAITING,
            inspections=self._inspections.table,
            sampling=self.sampling,
            clock=self._platform.clock,
        )

    @cached_property
    def set_plan(self) -> "Callable[..., ReviewPlan]":
        """Set what people look at."""
        from chalicelib.reviews.plan import set_plan

        shifts = self._shifts
        return partial(set_plan, calendars=shifts.calendars, hosting=shifts.hosting, clock=self._platform.clock)

    @cached_property
    def show_plan(self) -> "Callable[..., tuple[ReviewPlan, list[Shown]]]":
        """Show what people look at, and how far they are."""
        from chalicelib.reviews.plan import show_plan

        return partial(show_plan, sampling=self.sampling)

    @cached_property
    def show_escapes(self) -> "Callable[..., EscapesShown]":
        """Show what the sample says."""
        from chalicelib.reviews.plan import show_escapes

        return partial(
            show_escapes,
            inspections=self._inspections.table,
            registry=self._projects.registry,
            clock=self._platform.clock,
        )

    @cached_property
    def show_agreement(self) -> "Callable[..., list[Agreement]]":
        """Show how well people agree."""
        from chalicelib.reviews.plan import show_agreement

        return partial(show_agreement, inspections=self._inspections.table, clock=self._platform.clock)
