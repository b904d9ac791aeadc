"""Which version the line uses, and since when."""

from dataclasses import dataclass

from pydantic import AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """The version that the line uses, and when it took the place of another one. A pause of it changes nothing."""

    version: int
    since: AwareDatetime
