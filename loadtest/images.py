"""The images that the cameras send, and what they ask leave with."""

from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

from PIL import Image

from linewatch.samples import draw


def jpeg(seed: int) -> bytes:
    """A drawn part as a camera would send it."""
    written = BytesIO()
    Image.fromarray(draw(seed, "test", 0, anomalous=seed % 4 == 0)[0]).save(written, "JPEG", quality=90)
    return written.getvalue()


CONTENTS = [jpeg(seed) for seed in range(8)]


def terms_of(content: bytes, camera: str) -> dict[str, object]:
    """What to ask a URL for. The image id is new each time, so that each upload is another image."""
    return {
        "line": "load",
        "camera": camera,
        "image_id": uuid4().hex,
        "captured_at": datetime.now(UTC).isoformat(),
        "content_type": "image/jpeg",
        "size_bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
