"""Builds the capability of reviews."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from chalicelib.aws.platform import Platform
from chalicelib.inspections.wiring import InspectionsWiring

if TYPE_CHECKING:
    from chalicelib.core.inspection import Inspection
    from chalicelib.reviews.list_reviews import ReviewPage
    from chalicelib.reviews.ports import Reviews, StoredImages


class ReviewsWiring:
    """The use cases of reviews. What they store is part of the inspections."""

    def __init__(self, platform: Platform, inspections: InspectionsWiring) -> None:
        self._platform = platform
        self._inspections = inspections

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
    def review_inspection(self) -> "Callable[..., Inspection]":
        """Add an answer to an inspection."""
        from chalicelib.reviews.review import review_inspection

        return partial(
            review_inspection, inspections=self._inspections.table, images=self.images, clock=self._platform.clock
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
            clock=self._platform.clock,
        )

    @cached_property
    def list_waiting(self) -> "Callable[..., ReviewPage]":
        """List what waits for a review."""
        from chalicelib.inspections.domain import WAITING
        from chalicelib.reviews.list_reviews import list_reviews

        return partial(list_reviews, lists=WAITING, inspections=self._inspections.table, clock=self._platform.clock)
