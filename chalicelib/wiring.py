"""The composition root: one cached factory per use case."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from chalicelib import outside, ports
from chalicelib.domain.access import AccessKey, Grant
from chalicelib.domain.image import UploadedImage
from chalicelib.domain.inspection import Inspection
from chalicelib.events import AnyInspectionFact

if TYPE_CHECKING:
    from chalicelib.stages.alerting import Fate
    from chalicelib.stages.looking_up import Page
    from chalicelib.stages.reconciling import Reconciliation
    from chalicelib.stages.redriving import Redrivable
    from chalicelib.stages.upload import NewImage, Upload


@cache
def authorize_token() -> Callable[[str], Grant | None]:
    """What a token allows."""
    from chalicelib.stages.authorizing import authorize as use_case

    return partial(use_case, keys=outside.access_keys())


@cache
def issue_key() -> Callable[..., tuple[AccessKey, str]]:
    """Make a key, and its token."""
    from chalicelib.stages.authorizing import issue_key as use_case

    return partial(use_case, keys=outside.access_keys(), clock=outside.clock, random_hex=token_hex)


@cache
def request_upload() -> "Callable[[NewImage, Grant], Upload]":
    """Allow one upload."""
    from chalicelib.stages.upload import request_upload as use_case

    return partial(use_case, signer=outside.upload_signer(), clock=outside.clock, new_id=outside.new_id)


@cache
def request_uploads() -> "Callable[[Sequence[NewImage], Grant], list[Upload]]":
    """Allow many, or none."""
    from chalicelib.stages.upload import request_uploads as use_case

    return partial(use_case, signer=outside.upload_signer(), clock=outside.clock, new_id=outside.new_id)


@cache
def request_legacy_upload() -> Callable[[str, str, str, Grant], tuple[str, str]]:
    """Allow one upload of the archived sample's kind, by line, camera and image id."""
    from chalicelib.stages.upload import request_legacy_upload as use_case

    return partial(use_case, signer=outside.upload_signer(), clock=outside.clock)


@cache
def find_inspection() -> Callable[[str, Grant], Inspection]:
    """One inspection, for those who may see it."""
    from chalicelib.stages.looking_up import find_inspection as use_case

    return partial(use_case, inspections=outside.inspections())


@cache
def list_inspections() -> "Callable[..., Page]":
    """A line's inspections, for those who may see them."""
    from chalicelib.stages.looking_up import list_inspections as use_case

    return partial(use_case, inspections=outside.inspections(), clock=outside.clock)


@cache
def inspect_image() -> Callable[[UploadedImage], tuple[Inspection, bool]]:
    """Judge one image and commit its inspection."""
    from chalicelib.stages.inspection import inspect_image as use_case

    return partial(
        use_case,
        images=outside.images(),
        models=outside.models(),
        inspections=outside.inspections(),
        clock=outside.clock,
    )


@cache
def relay_changes() -> Callable[[Sequence[Mapping[str, Any]]], list[AnyInspectionFact]]:
    """Tell the bus what changed in the table."""
    from chalicelib.adapters.dynamodb import inspection_in
    from chalicelib.stages.relay import relay_changes as use_case

    return partial(
        use_case,
        translate=inspection_in,
        bus=outside.event_bus(),
        dead_letters=outside.dead_letters("relay-dlq"),
    )


@cache
def raise_alert() -> "Callable[[AnyInspectionFact], Fate]":
    """Alert people to one fact, or count it for the digest."""
    from chalicelib.domain.alerts import Policy
    from chalicelib.stages.alerting import raise_alert as use_case

    return partial(
        use_case,
        policy=Policy.parse(outside.alert_settings().confidence),
        length=outside.alert_settings().window,
        api_url=outside.alert_settings().api_url,
        ledger=outside.alert_ledger(),
        topic=outside.alert_topic(),
        clock=outside.clock,
    )


@cache
def send_digests() -> Callable[[], int]:
    """Send what the closed windows counted."""
    from chalicelib.stages.alerting import send_digests as use_case

    return partial(
        use_case,
        api_url=outside.alert_settings().api_url,
        ledger=outside.alert_ledger(),
        topic=outside.alert_topic(),
        clock=outside.clock,
    )


@cache
def archive() -> Callable[[Sequence[AnyInspectionFact]], list[Exception | None]]:
    """Store facts as rows of the lake."""
    from chalicelib.stages.archiving import archive as use_case

    return partial(use_case, lake=outside.lake())


@cache
def compact_lake() -> Callable[[], int]:
    """Make one file of every day and line."""
    from chalicelib.stages.compacting import compact as use_case

    return partial(use_case, lake=outside.lake())


@cache
def note_lost_images() -> Callable[..., list[tuple[Inspection, bool]]]:
    """Commit what a dead message announced as failed."""
    from chalicelib.stages.lost_images import note_lost_images as use_case

    return partial(use_case, inspections=outside.inspections(), unreadable=outside.dead_letters("unreadable-dlq"))


@cache
def reconciliation() -> "Reconciliation":
    """Bucket, table and lake, compared."""
    from chalicelib.stages.reconciling import Reconciliation

    return Reconciliation(
        folders=outside.image_folders(),
        inspections=outside.inspections(),
        lake=outside.lake(),
        notifications=outside.notifications(),
        bus=outside.event_bus(),
        clock=outside.clock,
    )


@cache
def dead_letters() -> "list[Redrivable]":
    """Every place of dead letters, and the way back from each."""
    from chalicelib.adapters.dynamodb import inspection_in
    from chalicelib.adapters.dynamodb_stream import StreamPositions
    from chalicelib.adapters.targets import EventTargets
    from chalicelib.stages.redriving import FailedImages, Redrivable, RefuseDeadLetters, relay_again
    from chalicelib.stages.relay import relay_changes as relay_changes_with

    def to(queue: str) -> Callable[[ports.Letter], None]:
        return lambda letter: outside.queues().put(outside.settings().name(queue), letter.body, {})

    relay = partial(
        relay_changes_with, translate=inspection_in, bus=outside.event_bus(), dead_letters=RefuseDeadLetters()
    )
    return [
        Redrivable(FailedImages(outside.inspections()), to("inspection")),
        Redrivable(outside.letter_box("inspection-dlq"), to("inspection")),
        Redrivable(outside.letter_box("unreadable-dlq"), to("inspection")),
        Redrivable(outside.letter_box("relay-dlq"), partial(relay_again, relay=relay)),
        Redrivable(
            outside.letter_box("stream-dlq"),
            StreamPositions(outside.client("dynamodbstreams"), relay_changes()).relay_again,
        ),
        Redrivable(outside.letter_box("results-dlq"), to("results")),
        Redrivable(outside.letter_box("alerts-dlq"), to("alerts")),
        Redrivable(outside.letter_box("events-dlq"), EventTargets(outside.queues(), outside.client("lambda")).deliver),
    ]
