"""Entries go in as few requests as their number and their bytes allow."""

from itertools import chain, pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.batch_requests import LARGEST_BYTES, LARGEST_REQUEST, in_requests

SIZES = st.lists(st.sampled_from([1, 1000, 30_000, 120_000, LARGEST_BYTES, LARGEST_BYTES + 1]), max_size=60)


@given(SIZES)
def test_every_entry_is_in_one_request_in_order(sizes: list[int]) -> None:
    assert list(chain.from_iterable(in_requests(sizes, int))) == sizes


@given(SIZES)
def test_no_request_has_more_than_is_allowed_unless_one_entry_has(sizes: list[int]) -> None:
    for request in in_requests(sizes, int):
        assert 1 <= len(request) <= LARGEST_REQUEST
        assert sum(request) <= LARGEST_BYTES or len(request) == 1


@given(SIZES)
def test_a_request_ends_only_where_the_next_entry_would_not_fit(sizes: list[int]) -> None:
    requests = list(in_requests(sizes, int))
    for request, following in pairwise(requests):
        assert len(request) == LARGEST_REQUEST or sum(request) + following[0] > LARGEST_BYTES
