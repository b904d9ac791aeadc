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
REVIEWS = "/projects/{project}/reviews"
PLAN = f"{REVIEWS}/plan"


def routes(
    authorize: ChaliceAuthorizer,
    reviews: Callable[[], ReviewsWiring],
    inspections: Callable[[], InspectionsWiring],
) -> Blueprint:
    """The review of an inspection, the lists of reviews and of what waits, the random sample, how people agree."""
    views = ReviewViews(reviews, inspections)
    blueprint = Blueprint(__name__)
    expose(blueprint, ("POST", REVIEW), views.review_inspection, authorize)
    expose(blueprint, ("DELETE", REVIEW), views.withdraw_review, authorize)
    expose(blueprint, ("GET", REVIEW), views.show_review, authorize)
    expose(blueprint, ("GET", "/reviews"), views.list_reviews, authorize)
    expose(blueprint, ("GET", "/reviews/waiting"), views.list_waiting, authorize)
    expose(blueprint, ("GET", PLAN), views.show_plan, authorize)
    expose(blueprint, ("PUT", PLAN), views.set_plan, authorize)
    expose(blueprint, ("GET", f"{REVIEWS}/escapes"), views.show_escapes, authorize)
    expose(blueprint, ("GET", f"{REVIEWS}/agreement"), views.show_agreement, authorize)
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
        return json.dumps(
            answered_as_json(self._reviews().review_inspection(inspection_id, answer, grant), grant.key_id)
        )

    def withdraw_review(self, request: Request, grant: Grant, inspection_id: str) -> str:
        """Withdraw an answer that the same key gave."""
        from chalicelib.reviews.answers import answered_as_json
        from chalicelib.reviews.withdraw import Withdrawal

        revision = query_of(request, Withdrawal).revision
        return json.dumps(
            answered_as_json(self._reviews().withdraw_answer(inspection_id, revision, grant), grant.key_id)
        )

    def show_review(self, _request: Request, grant: Grant, inspection_id: str) -> str:
        """All answers of an inspection."""
        from chalicelib.reviews.answers import answered_as_json

        return json.dumps(answered_as_json(self._inspections().find_inspection(inspection_id, grant), grant.key_id))

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

    def show_plan(self, request: Request, grant: Grant, project: str) -> str:
        """What people look at, and how far they are in each shift."""
        from chalicelib.reviews.plan import Times
        from chalicelib.reviews.plan_answers import plan_as_json

        return json.dumps(plan_as_json(*self._reviews().show_plan(project, query_of(request, Times), grant)))

    def set_plan(self, request: Request, grant: Grant, project: str) -> str:
        """Set what people look at. What is left out stays as it is."""
        from chalicelib.reviews.plan import NewPlan
        from chalicelib.reviews.plan_answers import setting_as_json

        return json.dumps(setting_as_json(self._reviews().set_plan(project, body_of(request, NewPlan), grant)))

    def show_escapes(self, request: Request, grant: Grant, project: str) -> str:
        """What the random sample says of the escapes in production."""
        from chalicelib.reviews.plan import Times
        from chalicelib.reviews.plan_answers import escapes_as_json

        return json.dumps(escapes_as_json(self._reviews().show_escapes(project, query_of(request, Times), grant)))

    def show_agreement(self, request: Request, grant: Grant, project: str) -> str:
        """How well reviewers agree who did not see each other's answer."""
        from chalicelib.reviews.plan import Times
        from chalicelib.reviews.plan_answers import agreement_as_json

        return json.dumps(agreement_as_json(self._reviews().show_agreement(project, query_of(request, Times), grant)))


def _page_of(listing: "ReviewListing", grant: Grant, listed: "Callable[..., ReviewPage]") -> "ReviewPage":
    page = listed(listing, grant, after=listing.cursor)
    log_unreadable(page.unreadable)
    return page
