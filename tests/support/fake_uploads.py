"""Uploads in memory."""

from dataclasses import dataclass, field

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
