"""Model files that have what thresholds need, and no detector."""

import json
import struct
from collections.abc import Sequence

from chalicelib.vision.model_bytes import joined

NORMALS = (0.02, 0.03, 0.05, 0.08, 0.12, 0.21, 0.44, 0.61)
ANOMALIES = (0.18, 0.39, 0.72, 0.88, 0.97)


def a_model_file(
    threshold: float = 0.5, normals: Sequence[float] = NORMALS, anomalies: Sequence[float] = ANOMALIES
) -> bytes:
    """A file of a detector that said this of the images that it had not learned from."""
    parts = {"left_out_normal": normals, "left_out_anomaly": anomalies}
    entries, start = {}, 0
    for name, values in parts.items():
        end = start + 8 * len(values)
        entries[name] = {"dtype": "F64", "shape": [len(values)], "data_offsets": [start, end]}
        start = end
    body = b"".join(struct.pack(f"<{len(values)}d", *values) for values in parts.values())
    return joined(json.dumps({"threshold": threshold}), entries, body)
