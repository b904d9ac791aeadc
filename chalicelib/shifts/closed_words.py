"""Which events close the plant: by Outlook's status, by a category, or by how the title begins."""

import re

CLOSED_WORDS = frozenset(
    """closed|closure|shutdown|holiday|holidays|public holiday|bank holiday|plant holiday
    geschlossen|feiertag|feiertage|betriebsferien|betriebsruhe|fermé|fermeture|férié|jour férié
    cerrado|cierre|festivo|feriado|fechado|chiuso|chiusura|festività|gesloten|feestdag|zamknięte|święto
    zavřeno|svátek|tatil|休業|休日|祝日|休息|放假|假期|휴무|공휴일""".replace("\n    ", "|").split("|")
)
"""In the languages of many plants, in lower case."""


def is_closed(title: str, categories: list[str], busy_status: str) -> bool:
    """Whether an event closes: `Holiday` and `Holiday: 1 May` do, `Holiday shift` does not."""
    head = re.split(r"[:(,;\u2013\u2014]| - ", title, maxsplit=1)[0]
    words = {head, *categories}
    return busy_status.upper() == "OOF" or any(each.strip().casefold() in CLOSED_WORDS for each in words)
