"""Uploads in memory."""

from dataclasses import dataclass, field

from chalicelib.core.image import AtOnce
from chalicelib.uploads.ports import SignedUpload, UploadTerms
from tests.support.builders import NOON


@dataclass
class FakeSigner:
    """Signs everything and records the terms."""

    signed: list[UploadTerms] = field(default_factory=list)

    def sign(self, terms: UploadTerms) -> SignedUpload:
        self.signed.append(terms)
        number = len(self.signed)
        return SignedUpload(
            "bucket", f"https://bucket/{terms.key}?{number}", {"Content-Type": terms.content_type}, NOON
        )


@dataclass
class FakeWriter:
    """The bucket's images by key, with their terms."""

    bucket: str = "bucket"
    stored: dict[str, tuple[UploadTerms, bytes]] = field(default_factory=dict)

    def put(self, terms: UploadTerms, content: bytes) -> bool:
        if terms.once and terms.key in self.stored:
            return False
        self.stored[terms.key] = (terms, content)
        return True


@dataclass
class FakeInspector:
    """Gives the same answer to all, or raises `fault`."""

    fault: Exception | None = None
    answer: str = "the inspection"
    asked: list[AtOnce] = field(default_factory=list)

    def inspect(self, request: AtOnce) -> str:
        self.asked.append(request)
        if self.fault is not None:
            raise self.fault
        return self.answer
