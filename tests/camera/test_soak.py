"""Ten minutes in a bad network: every image is stored exactly once, and every status is true."""

import random
from hashlib import md5
from io import StringIO
from pathlib import Path

import pytest

from chalicelib.core.image import inspection_id_of
from linewatch.camera.sender import SendOptions
from linewatch.camera.status import ImageStatus, State
from tests.camera.conftest import Fill
from tests.camera.misbehaving import API_FAULTS, FAULTS, PUT_FAULTS, Misbehaving
from tests.camera.running import sent_by, states
from tests.camera.service import BUCKET, KEY, Service

MINUTES = 10


@pytest.mark.parametrize("seed", [7, random.SystemRandom().randrange(1 << 32)], ids=["fixed", "random"])
def test_in_ten_minutes_of_a_bad_network_no_image_is_lost_or_stored_twice(
    service: Service, fill: Fill, tmp_path: Path, seed: int
) -> None:
    print(f"seed {seed}")  # pytest shows it when anything fails, also before the first assertion
    network = Misbehaving(service, seed)
    arrivals = random.Random(seed)
    files = fill(5)
    output = StringIO()

    def meanwhile(seconds: float) -> None:
        network.sleep(seconds)
        if network.clock > MINUTES * 60:
            raise KeyboardInterrupt
        files.extend(fill(arrivals.randrange(3), first=len(files)) if len(files) < 200 else [])

    options = SendOptions(at_once=1)  # one after the other, so that the seed decides everything
    watched = sent_by(network.api(), tmp_path / "shots", watch=True, options=options, sleep=meanwhile, output=output)
    context = f"seed {seed}, {len(files)} images, faults: {dict(network.met)}"
    assert len(watched) == len(files), context
    assert all(is_true(status, service) for status in watched), context
    assert State.REFUSED not in states(watched), context

    healed = sent_by(service.api(), tmp_path / "shots", wait=5)
    assert states(healed) == [State.INSPECTED] * len(files), context
    assert sorted(service.objects.values()) == sorted(file.read_bytes() for file in files), context
    assert KEY not in output.getvalue() + (tmp_path / "journal.jsonl").read_text(), context
    assert len(FAULTS | API_FAULTS | PUT_FAULTS) >= 40
    assert len(network.met) >= 20, context


def is_true(status: ImageStatus, service: Service) -> bool:
    """Whether the bucket has the image of an uploaded status, under its inspection id."""
    stored = {inspection_id_of(BUCKET, key, md5(content).hexdigest()) for key, content in service.objects.items()}
    return not status.sent or status.inspection_id in stored
