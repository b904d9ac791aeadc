"""Shots of one place on a line: leave is asked for them, and they are put."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.core.image import inspection_id_of
from linewatch.camera.api import Api, Expired, Refused, Terms
from linewatch.camera.files import Shot

RENEWALS = 3
"""How often an image gets a new URL. Each is good for five minutes, so that more would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the camera stands."""

    line: str
    camera: str
    facility: str | None = None


class Uploads:
    """Uploads from one place. Every failure is an exception of `linewatch.camera.api`, or `Passing`."""

    def __init__(self, place: Place, api: Api) -> None:
        self._place, self._api = place, api

    def request(self, shots: Sequence[Shot]) -> tuple[list[tuple[Shot, Terms]], list[tuple[Shot, str]]]:
        """The shots with leave to put them, and the refused ones with the cause.

        The service refuses a batch for one bad image, and says which: the others are asked for again.
        """
        refused: list[tuple[Shot, str]] = []
        while shots:
            try:
                return list(zip(shots, self._terms(shots), strict=True)), refused
            except Refused as error:
                causes = error.faults or dict.fromkeys(range(len(shots)), str(error))
                refused += [(shots[index], cause) for index, cause in causes.items()]
                shots = [shot for index, shot in enumerate(shots) if index not in causes]
        return [], refused

    def put(self, shot: Shot, terms: Terms) -> tuple[str, str]:
        """The image id and the inspection id that it now has; those of what is there already, if it is."""
        return self._put(shot, terms, renewals=RENEWALS)

    def _put(self, shot: Shot, terms: Terms, renewals: int) -> tuple[str, str]:
        try:
            # What is there already under a key made of the content's digest has the same bytes, and so their ETag.
            etag = self._api.put(terms, shot.content) or shot.etag
        except Expired:
            if renewals == 0:
                raise
        else:
            return terms.image_id, inspection_id_of(terms.bucket, terms.key, etag)
        [anew] = self._terms([shot])
        return self._put(shot, anew, renewals - 1)

    def _terms(self, shots: Sequence[Shot]) -> list[Terms]:
        return self._api.request_uploads([self._told(shot) for shot in shots])

    def _told(self, shot: Shot) -> dict[str, object]:
        told: dict[str, object] = {
            "line": self._place.line,
            "camera": self._place.camera,
            "captured_at": shot.captured_at.isoformat(),
            "content_type": shot.content_type,
            "size_bytes": len(shot.content),
            "sha256": shot.sha256,
        }
        return told if self._place.facility is None else told | {"facility": self._place.facility}
