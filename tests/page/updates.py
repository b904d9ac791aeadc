"""How long an image takes from the camera to the Live view: `python -m tests.page.updates STACK [IMAGES]`.

STACK is the name of a local stack that runs, with a project whose model is hosted. A camera sends one image after the
other, each at a random moment of the page's polling. The time begins when the PUT of the image does.
"""

import os
import random
import sys
import time
from datetime import UTC, datetime
from hashlib import md5, sha256
from statistics import median
from uuid import uuid4

from playwright.sync_api import Page, sync_playwright

from chalicelib.access.domain import Role
from chalicelib.core.image import inspection_id_of
from linewatch.camera.api import Api
from linewatch.camera.retry import RetryPolicy
from linewatch.stack.local import find
from tests.page.conftest import ALONE, CHROMIUM, SIZES
from tests.page.pictures import drawn
from tests.page.stacks import project_of, sign_in_links

LINE = "line-1"
WIDTH = 1280
GOAL_SECONDS = 2.0
SHOWN = """camera => [...document.querySelectorAll(".inspections .camera")].some((each) => each.textContent === camera)
    && Date.now() / 1000"""


def put(api: Api, camera: str, content: bytes) -> tuple[float, str]:
    """Sends an image: when its PUT began, in seconds since the epoch, and the id of its inspection."""
    etag = md5(content, usedforsecurity=False).hexdigest()
    said = {"line": LINE, "camera": camera, "captured_at": datetime.now(UTC).isoformat(), "content_type": "image/jpeg"}
    image = said | {"size_bytes": len(content), "sha256": sha256(content).hexdigest()}
    [upload] = api.request_uploads([image])
    began = time.time()
    api.put(upload, content, etag)
    return began, inspection_id_of(upload.bucket, upload.key, etag)


def shown(page: Page, api: Api, camera: str, index: int) -> tuple[float, float]:
    """Sends an image and waits for it: seconds from its PUT to its verdict, and to its row on the page."""
    began, inspection_id = put(api, camera, drawn(index, anomalous=False).content)
    at = float(page.wait_for_function(SHOWN, arg=camera).json_value())
    found = api.inspection(inspection_id)
    assert found is not None
    return datetime.fromisoformat(found["inspected_at"]).timestamp() - began, at - began


def main(name: str, images: int) -> None:
    stack, run = find(name), uuid4().hex[:4]
    _, key = stack.linewatch().access.issue_key(Role.CAMERA, project_of(stack), note="measurement")
    with Api(stack.api_url, key, RetryPolicy()) as api, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ALONE)
        page = browser.new_page(viewport={"width": WIDTH, "height": SIZES[WIDTH]})
        page.goto(sign_in_links(name)())
        page.locator(".inspections li").first.wait_for()
        shown(page, api, f"cam-{run}", 0)  # wakes the workers
        times = []
        for number in range(images):
            page.wait_for_timeout(random.uniform(0, 2000))
            times.append(shown(page, api, f"cam-{run}-{number}", number % 10))
        browser.close()
    print(f"{images} images at load {os.getloadavg()[0]:.1f}, seconds from the PUT (goal {GOAL_SECONDS} to the page)")
    for what, each in zip(("to the verdict", "to the Live view"), zip(*times, strict=True), strict=True):
        print(f"  {what}: median {median(each):.2f}, longest {max(each):.2f}")
    print(f"  on the page within {GOAL_SECONDS} s: {sum(at <= GOAL_SECONDS for _, at in times)} of {images}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20)
