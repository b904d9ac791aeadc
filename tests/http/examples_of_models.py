"""Examples of comparisons, promotions, retraining and reports."""

from collections.abc import Callable, Iterator
from functools import partial

from chalicelib.inspections.ports import StoredImage
from chalicelib.promotion.domain import Replay
from linewatch.dev.openapi.examples import Example
from tests.http.asked import Asked, inspections
from tests.promotion.world import SCRATCH, Plant, a_plant
from tests.support.builders import JPEG
from tests.support.deployment import SETTINGS
from tests.support.fake_projects import FakeImages as FakeDataSetImages
from tests.support.fake_projects import FakeOutputFiles
from tests.support.fake_shadow import FakeShadowRules, FakeShadowVerdicts
from tests.thresholds.model_files import a_model_file

PROJECT = "/projects/plates"
PRICES = "escape_cost=50&reject_cost=0.8&defect_share=0.02"
VERSION = f"{PROJECT}/models/2"
LEAST, PERSON = {"promotes": "policy", "images": 500, "bad_parts": 20}, {"promotes": "person"}


def of_models(asked: Asked) -> Iterator[Example]:
    """All of one project."""
    plant = _plant(asked)
    yield from _of_images(asked)
    yield from _of_switches(asked, plant)
    yield from _of_retraining(asked, plant)


def _of_images(asked: Asked) -> Iterator[Example]:
    """An image is stored and added to the data set, which others look through."""
    images = f"{PROJECT}/datasets/train"
    ask = partial(asked.ask, who="eva")
    stored = ask("add_image", "one image", f"POST {images}/images", JPEG, kind="image/jpeg")
    yield stored
    source = stored.answer["source"]
    added = {"source": source, "label": "anomaly", "kind": "scratch", "file": "IMG_0012.jpg"}
    yield ask("change_images", "one more", f"POST {images}/changes", {"add": [added]})
    yield asked.ask("list_images", "two anomalies", f"GET {images}/images?label=anomaly&start=9&limit=2", who="ben")
    yield asked.ask("show_remarks", "none yet", f"GET {images}/remarks", who="ben")
    yield ask("plan_training", "31 images", f"GET {PROJECT}/training")
    yield ask("change_images", "removed", f"POST {images}/changes", {"remove": [source]})


def _of_switches(asked: Asked, plant: Plant) -> Iterator[Example]:
    """Version 2 is compared with version 1, promoted, and rolled back."""
    ask = partial(asked.ask, who="anna")
    yield ask("promote_version", "not compared", f"POST {VERSION}/promote", {})
    yield ask("estimate_comparison", "a week", f"GET {VERSION}/comparison?days=7")
    begun = ask("compare_versions", "a week", f"POST {VERSION}/comparison", {"days": 7})
    yield begun
    _work(asked, plant)
    yield ask("show_comparison", "ended", f"GET {PROJECT}/comparisons/{begun.answer['comparison_id']}")
    yield ask("show_comparison", "unknown", f"GET {PROJECT}/comparisons/none")
    yield ask("list_comparisons", "one comparison", f"GET {PROJECT}/comparisons")
    yield ask("list_versions", "two versions", f"GET {PROJECT}/models")
    yield ask("promote_version", "compared", f"POST {VERSION}/promote", {})
    yield from _of_shadows(partial(asked.ask, who="eva"))
    yield asked.ask("set_promotion_policy", "policy", f"PUT {PROJECT}/promotion-policy", LEAST, who="eva")
    yield ask("show_promotion_policy", "policy", f"GET {PROJECT}/promotion-policy")
    yield asked.ask("set_promotion_policy", "person", f"PUT {PROJECT}/promotion-policy", PERSON, who="eva")
    yield ask("roll_back", "to version 1", f"POST {PROJECT}/rollback")
    yield ask("roll_back", "no version before", f"POST {PROJECT}/rollback")


def _of_shadows(ask: Callable[..., Example]) -> Iterator[Example]:
    """Version 1 runs in the shadow of version 2."""
    path = f"{PROJECT}/models/1/shadow"
    yield ask("show_shadow", "never started", f"GET {PROJECT}/shadow")
    yield ask("estimate_shadow", "1,000 images", f"GET {path}?images=1000")
    yield ask("start_shadow", "1,000 images", f"POST {path}", {"images": 1000, "hours": 24})
    yield ask("start_shadow", "the hosted version", f"POST {VERSION}/shadow", {})
    yield ask("show_shadow", "no image yet", f"GET {PROJECT}/shadow")
    yield ask("stop_shadow", "stopped", f"DELETE {PROJECT}/shadow")


def _of_retraining(asked: Asked, plant: Plant) -> Iterator[Example]:
    """The answers of people become labels of version 3, whose report can be read when it is trained."""
    ask = partial(asked.ask, who="eva")
    yield ask("preview_retraining", "one label", f"GET {PROJECT}/retrain")
    yield ask("retrain", "one label", f"POST {PROJECT}/retrain")
    yield ask("retrain", "while one is trained", f"POST {PROJECT}/retrain")
    plant.world.begin(3)
    plant.world.end(3)
    plant.world.files.stored["plates", 1] = a_model_file()
    yield ask("show_thresholds", "with prices", f"GET {PROJECT}/models/1/threshold?{PRICES}")
    yield ask("show_thresholds", "a price is missing", f"GET {PROJECT}/models/1/threshold?escape_cost=50")
    yield ask("move_threshold", "lower", f"POST {PROJECT}/models/1/threshold", {"threshold": 0.4})
    yield ask("train_next", "by hand", f"POST {PROJECT}/models", {"description": "more-light"})
    yield ask("show_learned", "one label", f"GET {PROJECT}/models/3/learned")
    yield ask("find_report", "a link", f"GET {PROJECT}/models/3/report")
    yield ask("find_report", "not trained here", f"GET {VERSION}/report")


def _plant(asked: Asked) -> Plant:
    """Version 1 is hosted, and version 2 is trained."""
    plant, linewatch = a_plant(), asked.api.linewatch
    world = plant.world
    world.entries.bucket = SETTINGS.bucket
    linewatch.projects.registry, linewatch.projects.entries = world.registry, world.entries
    linewatch.projects.files = world.files
    linewatch.projects.queue, linewatch.projects.waker = world.queue, world.waker
    linewatch.projects.image_store, linewatch.projects.outputs = FakeDataSetImages(SETTINGS.bucket), FakeOutputFiles()
    linewatch.promotion.comparisons, linewatch.promotion.queue = plant.files, plant.queue
    linewatch.shadow.verdicts, linewatch.shadow.rules = FakeShadowVerdicts(), FakeShadowRules()
    linewatch.models.registry = plant.models
    linewatch.inspections.images = plant.images
    for each in inspections():
        plant.images.stored[each.key, each.etag] = StoredImage(SCRATCH, "image/jpeg", {})
    return plant


def _work(asked: Asked, plant: Plant) -> None:
    """What the function does with the messages that wait."""
    while plant.queue.waiting:
        order = plant.queue.waiting.pop(0)
        assert isinstance(order, Replay)
        asked.api.linewatch.promotion.replay(order)
