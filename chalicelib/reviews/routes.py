"""The routes by which people review inspections.

What answers them is imported when they are asked: app.py imports this module for every function.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from chalice.app import Blueprint, ChaliceAuthorizer, Request

from chalicelib.access.domain import Grant
from chalicelib.aws.observability import log_unreadable
from chalicelib.http.requests import body_of, query_of
from chalicelib.http.route import expose
from chalicelib.inspections.wiring import InspectionsWiring
from chalicelib.reviews.wiring import ReviewsWiring

if TYPE_CHECKING:
    from chalicelib.reviews.list_reviews import ReviewPage
    from chalicelib.reviews.pages import ReviewListing

REVIEW = "/inspections/{inspection_id}/review"


def routes(
    authorize: ChaliceAuthorizer,
    reviews: Callable[[], ReviewsWiring],
    inspections: Callable[[], InspectionsWiring],
) -> Blueprint:
    """`POST`, `DELETE` and `GET` of the review of an inspection, and the lists of reviews and of what waits for one."""
    views = ReviewViews(reviews, inspections)
    blueprint = Blueprint(__name__)
    expose(blueprint, ("POST", REVIEW), views.review_inspection, authorize)
    expose(blueprint, ("DELETE", REVIEW), views.withdraw_review, authorize)
    expose(blueprint, ("GET", REVIEW), views.show_review, authorize)
    expose(blueprint, ("GET", "/reviews"), views.list_reviews, authorize)
    expose(blueprint, ("GET", "/reviews/waiting"), views.list_waiting, authorize)
    return blueprint


class ReviewViews:
    """The views of the routes."""

    def __init__(self, reviews: Callable[[], ReviewsWiring], inspections: Callable[[], InspectionsWiring]) -> None:
        self._reviews = reviews
        self._inspections = inspections

    def review_inspection(self, request: Request, grant: Grant, inspection_id: str) -> str:
        """Add an answer."""
        from chalicelib.reviews.answers import answered_as_json
        from chalicelib.reviews.review import NewAnswer

        answer = body_of(request, NewAnswer)
        return json.dumps(answered_as_json(self._reviews().review_inspection(inspection_id, answer, grant)))

    def withdraw_review(self, request: Request, grant: Grant, inspection_id: str) -> str:
        """Withdraw an answer that the same key gave."""
        from chalicelib.reviews.answers import answered_as_json
        from chalicelib.reviews.withdraw import Withdrawal

        revision = query_of(request, Withdrawal).revision
        return json.dumps(answered_as_json(self._reviews().withdraw_answer(inspection_id, revision, grant)))

    def show_review(self, _request: Request, grant: Grant, inspection_id: str) -> str:
        """All answers of an inspection."""
        from chalicelib.reviews.answers import answered_as_json

        return json.dumps(answered_as_json(self._inspections().find_inspection(inspection_id, grant)))

    def list_reviews(self, request: Request, grant: Grant) -> str:
        """A page of what people have reviewed, newest first."""
        from chalicelib.reviews.answers import reviews_as_json
        from chalicelib.reviews.pages import ReviewListing

        page = _page_of(query_of(request, ReviewListing), grant, self._reviews().list_reviewed)
        return json.dumps(reviews_as_json(page))

    def list_waiting(self, request: Request, grant: Grant) -> str:
        """A page of what waits for a review, in the order in which people should look."""
        from chalicelib.reviews.answers import all_waiting_as_json
        from chalicelib.reviews.pages import ReviewListing

        page = _page_of(query_of(request, ReviewListing), grant, self._reviews().list_waiting)
        return json.dumps(all_waiting_as_json(page))


def _page_of(listing: "ReviewListing", grant: Grant, listed: "Callable[..., ReviewPage]") -> "ReviewPage":
    page = listed(listing, grant, after=listing.cursor)
    log_unreadable(page.unreadable)
    return page
