"""Send uploaded images to the queues of their projects."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from chalicelib.aws.s3_notification import notification_of
from chalicelib.core.image import UploadedImage
from chalicelib.inspections.ports import ImageQueues


@dataclass(frozen=True, slots=True)
class Announcement:
    """The images of a message, and the message itself; None if it has more in it than these images."""

    images: Sequence[UploadedImage]
    body: str | None


@dataclass(frozen=True, slots=True)
class Routing:
    """Sends images to their project's own queue, or to the `shared` one if the project has none."""

    queues: ImageQueues
    queue_of: Callable[[str], str]
    shared: str

    def __call__(self, announcements: Sequence[Announcement]) -> list[Exception | None]:
        """Send all images, those of one project together. Returns the error of each announcement, in their order.

        Sending again what was sent already does no harm: an image has one inspection. An image of a project that is
        unknown fails in the shared queue for that reason, and is noted as failed.
        """
        parcels: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for at, announcement in enumerate(announcements):
            for project, body in _bodies(announcement):
                parcels[project].append((at, body))
        errors = {at: error for project, parcel in parcels.items() for at, error in self._sent(project, parcel)}
        return [errors.get(at) for at in range(len(announcements))]

    def _sent(self, project: str, parcel: Sequence[tuple[int, str]]) -> Iterator[tuple[int, Exception]]:
        """The errors. If a request fails, each message is sent by itself, so that none fails for another."""
        try:
            self._put(project, [body for _, body in parcel])
        except Exception as error:  # noqa: BLE001 - returned as the announcement's error
            if len(parcel) == 1:
                yield parcel[0][0], error
                return
            for each in parcel:
                yield from self._sent(project, [each])

    def _put(self, project: str, bodies: Sequence[str]) -> None:
        if not self.queues.put_if_there(self.queue_of(project), bodies):
            self.queues.put_all(self.shared, bodies)


def _bodies(announcement: Announcement) -> Iterator[tuple[str, str]]:
    """What to send for which project: the message as it is, if its images are of one."""
    groups = [(project, list(images)) for project, images in groupby(announcement.images, key=_project)]
    if len(groups) == 1 and announcement.body is not None:
        yield groups[0][0], announcement.body
        return
    for project, images in groups:
        yield from ((project, notification_of(image)) for image in images)


def _project(image: UploadedImage) -> str:
    return image.parts[0]
