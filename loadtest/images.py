"""The images that the cameras send, and their requests for URLs."""

from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

from PIL import Image

from linewatch.samples import draw


def jpeg(seed: int) -> bytes:
    """A drawn image as a JPEG file."""
    file = BytesIO()
    Image.fromarray(draw(seed, "test", 0, anomalous=seed % 4 == 0)[0]).save(file, "JPEG", quality=90)
    return file.getvalue()


CONTENTS = [jpeg(seed) for seed in range(8)]


def upload_request(content: bytes, camera: str) -> dict[str, object]:
    """The body of a request for a URL. The image id is always new, so that each upload is another image."""
    return {
        "line": "load",
        "camera": camera,
        "image_id": uuid4().hex,
        "captured_at": datetime.now(UTC).isoformat(),
        "content_type": "image/jpeg",
        "size_bytes": len(content),
        "sha256": sha256(content).hexdigest(),
    }
