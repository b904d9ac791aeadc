"""An alert as an HTML mail. It has no picture and loads nothing: its link opens the page, which asks for a key.

Mail programs know tables and styles at the elements; many know neither style sheets nor scripts.
"""

from collections.abc import Iterator
from html import escape

from chalicelib.alerts.notifications import Notification

_COLOURS = {
    "anomalous": "#cf222e",
    "normal": "#1a7f37",
    "unfamiliar": "#9a6700",
    "rejected": "#59636e",
    "failed": "#8250df",
}
"""Those of the page, by verdict."""
_PLAIN = "#24558f"
_FONT = "font-family:Arial,Helvetica,sans-serif;"
_FOOTER = "Linewatch. The picture and the spot are on the page, which asks you to sign in."
_TABLE = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse">'


def html_of(notification: Notification) -> str:
    """The HTML. Every text of the notification is escaped."""
    colour = _colour(notification)
    parts = (
        f'<p style="margin:0 0 16px;font-size:18px;line-height:1.4;color:#1c2128">{escape(notification.opening)}</p>',
        _button(notification, colour),
        _TABLE + "".join(_rows(notification)) + "</table>",
        *_examples(notification),
        f'<p style="margin:24px 0 0;font-size:12px;color:#59636e">{_FOOTER}</p>',
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(notification.subject)}</title></head>"
        f'<body style="margin:0;padding:16px;background:#f1f3f5;{_FONT}">'
        '<table role="presentation" align="center" width="100%" cellpadding="0" cellspacing="0" '
        f'style="max-width:600px;background:#ffffff;border-top:6px solid {colour}">'
        f'<tr><td style="padding:24px;{_FONT}">{"".join(parts)}</td></tr></table></body></html>'
    )


def _colour(notification: Notification) -> str:
    """That of the verdict, if it is about one."""
    verdicts = notification.attributes.get("verdict")
    only = verdicts[0] if isinstance(verdicts, tuple) and len(verdicts) == 1 else verdicts
    return _COLOURS.get(str(only), _PLAIN)


def _button(notification: Notification, colour: str) -> str:
    if notification.link is None:
        return ""
    name, address = notification.link
    text = "Look and answer" if name == "Inspection" else "See the line in that time"
    return (
        f'<p style="margin:0 0 24px"><a href="{escape(address)}" style="display:inline-block;padding:14px 24px;'
        f'background:{colour};color:#ffffff;font-weight:bold;text-decoration:none;border-radius:4px">{text}</a></p>'
    )


def _rows(notification: Notification) -> Iterator[str]:
    """The details, without the link of the button."""
    button = None if notification.link is None else notification.link[0]
    cell = "padding:6px 12px 6px 0;border-top:1px solid #d1d9e0;font-size:14px;vertical-align:top"
    for name, value in notification.details.items():
        if value is not None and name != button:
            yield (
                f'<tr><td style="{cell};color:#59636e;white-space:nowrap">{escape(name)}</td>'
                f'<td style="{cell};color:#1c2128;word-break:break-word">{escape(value)}</td></tr>'
            )


def _examples(notification: Notification) -> Iterator[str]:
    if notification.examples:
        yield '<p style="margin:24px 0 8px;font-size:14px;color:#59636e">Inspections</p>'
    for number, address in enumerate(notification.examples, start=1):
        yield f'<a href="{escape(address)}" style="font-size:14px;margin-right:16px;color:{_PLAIN}">Card {number}</a> '
