"""The texts of alerts and digests, within the limits of SNS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from chalicelib.alerts.domain import Alert, Kind, Window
from chalicelib.core.events import DayInspected, DriftFound
from chalicelib.core.inspection import Verdict

LONGEST_SUBJECT = 99
"""Characters. SNS requires fewer than 100, in ASCII, without a line break."""
LONGEST_REASON = 1000
THE_LINE = "The line in that time"

_SUBJECTS = {
    Kind.DEFECT: "Defect Detection Alert",
    Kind.UNSURE_DEFECT: "LOW Confidence - Defect Detection Alert",
    Kind.UNSURE_NORMAL: "Low Confidence Alert for Non-anomalous image",
    Kind.UNFAMILIAR: "Unfamiliar Image Alert",
    Kind.REJECTED: "Rejected Image Alert",
    Kind.FAILED: "Failed Inspection Alert",
}
_BODIES = {
    Kind.DEFECT: "The image shows an anomaly.",
    Kind.UNSURE_DEFECT: "The image may show an anomaly, but the model is not sure: a person should check the part.",
    Kind.UNSURE_NORMAL: "The image looks normal, but the model is not sure: a person should check the part.",
    Kind.UNFAMILIAR: (
        "Camera {camera} sends images unlike any that the model was trained on, so the part has not been checked. "
        "This is no defect: check camera, light and product."
    ),
    Kind.REJECTED: "The image cannot be inspected, so the part has not been checked.",
    Kind.FAILED: "The inspection failed after several attempts, so the part has not been checked.",
}


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to the people who subscribed. The filter policies of their subscriptions use the attributes.

    `details` are names and values, of which None is left out. `link` is the name of one, and the address on the page
    that it is; `examples` are such addresses too.
    """

    subject: str
    opening: str
    details: Mapping[str, str | None]
    attributes: Mapping[str, str | float | tuple[str, ...]]
    link: tuple[str, str] | None = None
    examples: tuple[str, ...] = ()

    @property
    def alert_id(self) -> str:
        """The id of the alert, the digest or the summary; a copy has the same."""
        return str(self.attributes["alert_id"])

    @property
    def body(self) -> str:
        """The text."""
        known = {name: value for name, value in self.details.items() if value is not None}
        text = "\n".join(f"{name}: {value}" for name, value in known.items())
        more = "" if not self.examples else "\n\nInspections:\n" + "\n".join(self.examples)
        return f"{self.opening}\n\n{text}{more}\n"


def alert_notification(alert: Alert, api_url: str) -> Notification:
    """The notification of one alert. Its link asks for a key, so a forwarded mail reveals no inspection."""
    inspection = alert.inspection
    link = _link(api_url, inspection.project, inspection.inspection_id)
    details = {
        "Image": inspection.image_id,
        "Project": inspection.project,
        "Line": inspection.line,
        "Camera": inspection.camera,
        "Captured": _time(inspection.captured_at),
        "Verdict": inspection.verdict,
        "Confidence": None if inspection.confidence is None else f"{inspection.confidence:.3f}",
        "Worst spot": inspection.spot,
        "Reason": None if inspection.reason is None else inspection.reason[:LONGEST_REASON],
        "Inspection": link,
        "Alert": alert.alert_id,
    }
    attributes = {
        "alert_id": alert.alert_id,
        "project": inspection.project,
        "line": inspection.line,
        "camera": inspection.camera,
        "verdict": str(inspection.verdict),
        "confidence": inspection.confidence,
    }
    subject = _subject(f"{_SUBJECTS[alert.kind]} - AssemblyLine: ", inspection.line, " Camera: ", inspection.camera)
    opening = _BODIES[alert.kind].format(camera=inspection.camera)
    return Notification(subject, opening, details, _known(attributes), ("Inspection", link))


def summary_notification(event: DayInspected) -> Notification:
    """The summary of a day's inspection. Its id is that of the event."""
    counts = {verdict.value: getattr(event, verdict.value) for verdict in Verdict} | {"missing": event.missing}
    details = {
        "Project": event.project,
        "Lines and cameras": event.prefix or "all",
        "Came after": _time(event.since),
        "Until": _time(event.until),
        "Images": str(event.images),
        **{name.capitalize(): str(count) for name, count in counts.items()},
        "Alert": event.event_id,
    }
    attributes: dict[str, str | tuple[str, ...]] = {
        "alert_id": event.event_id,
        "project": event.project,
        "verdict": tuple(name for name, count in counts.items() if count),
    }
    opening = "The images of the day are inspected."
    if event.missing:
        opening += f" {event.missing} have no verdict: they are in a queue, or failed before they came to it."
    subject = _subject(f"End of Day ({event.anomalous} anomalous of {event.images}) - Project: ", event.project)
    return Notification(subject, opening, details, attributes)


def notice_notification(event: DayInspected | DriftFound, api_url: str) -> Notification:
    """The notification of what is not about one image."""
    return summary_notification(event) if isinstance(event, DayInspected) else drift_notification(event, api_url)


def drift_notification(event: DriftFound, api_url: str) -> Notification:
    """The notice of a camera that changed. Its id is that of the event."""
    details = {
        "Project": event.project,
        "Line": event.line,
        "Camera": event.camera,
        "Since": f"about {_time(event.since)}",
        "What changed": event.kind,
        "By": f"{event.statistic} from {event.before:g} to {event.after:g}",
        "Alert": event.event_id,
    }
    attributes = {
        "alert_id": event.event_id,
        "project": event.project,
        "line": event.line,
        "camera": event.camera,
        "verdict": "drift",
    }
    opening = "The images of a camera changed. Its verdicts may be worth less: look at the camera, or train again."
    examples = tuple(_link(api_url, event.project, inspection_id) for inspection_id in event.examples)
    subject = _subject(f"Drift ({event.kind}) - AssemblyLine: ", event.line, " Camera: ", event.camera)
    return Notification(subject, opening, details, attributes, examples=examples)


def digest_notification(window: Window, api_url: str) -> Notification:
    """The digest of a window's alerts after the first one. Its id stays the same if it is sent again."""
    digest_id = f"digest-{window.opened_by}"
    span, link = window.span, _list_link(window, api_url)
    details = {
        "Project": span.project,
        "Line": span.line,
        "Cameras": ", ".join(window.cameras),
        **{kind.value.capitalize(): str(count) for kind, count in sorted(window.counts.items())},
        "First captured": _time(window.first_captured_at),
        "Last captured": _time(window.last_captured_at),
        "Lowest confidence": None if window.lowest_confidence is None else f"{window.lowest_confidence:.3f}",
        THE_LINE: link,
        "Alert": digest_id,
    }
    attributes = {
        "alert_id": digest_id,
        "project": span.project,
        "line": span.line,
        "camera": window.cameras,
        "verdict": tuple(map(str, window.verdicts)),
        "confidence": window.lowest_confidence,
    }
    opening = f"Alerts after the first one from {_time(span.opens_at)} to {_time(span.closes_at)}: {window.count}."
    examples = tuple(_link(api_url, span.project, inspection_id) for inspection_id in window.examples)
    more = "more" if span.verdict is None else f"more {span.verdict}"
    subject = _subject(f"Alert Digest ({window.count} {more}) - AssemblyLine: ", span.line)
    return Notification(subject, opening, details, _known(attributes), (THE_LINE, link), examples)


def _subject(*parts: str) -> str:
    """Join fixed texts and ids, which alternate. Ids that are too long are cut equally; the body has them in full."""
    room = (LONGEST_SUBJECT - sum(map(len, parts[::2]))) // len(parts[1::2])
    cut = [part if at % 2 == 0 or len(part) <= room else f"{part[: room - 3]}..." for at, part in enumerate(parts)]
    return "".join(character if " " <= character <= "~" else "?" for character in "".join(cut))


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _link(api_url: str, project: str, inspection_id: str) -> str:
    return f"{_page(api_url, project)}/inspections/{inspection_id}"


def _page(api_url: str, project: str) -> str:
    """What stands behind the # stays in the browser: no proxy and no log sees it."""
    return f"{api_url.rstrip('/')}/page#/{project}"


def _list_link(window: Window, api_url: str) -> str:
    span, first, last = window.span, window.first_captured_at, window.last_captured_at
    bounds = {"from": first, "to": last}
    verdict = {} if span.verdict is None else {"verdict": str(span.verdict)}
    query = verdict | {
        name: moment.astimezone(UTC).isoformat() for name, moment in bounds.items() if moment is not None
    }
    return f"{_page(api_url, span.project)}/live/{span.line}?{urlencode(query)}"


def _known(
    attributes: Mapping[str, str | float | tuple[str, ...] | None],
) -> dict[str, str | float | tuple[str, ...]]:
    return {name: value for name, value in attributes.items() if value is not None}
