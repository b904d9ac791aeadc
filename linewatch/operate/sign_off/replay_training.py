"""Check a signed training against its model and its images, and have the model judge the test images again."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from chalicelib.vision.decode import decode
from chalicelib.vision.file_formats import FILES
from chalicelib.vision.grey_bits import grey_bits_of
from chalicelib.vision.model_bytes import ModelFileError
from chalicelib.vision.model_file import load
from linewatch.operate.sign_off.checks import Check, Found, not_checked

_NAMED = 5


@dataclass(frozen=True)
class AtHand:
    """What a training is checked against: its model file, and images by source and SHA-256; None if it is not there."""

    model: bytes | None
    image: Callable[[str, str], bytes | None]


def replayed(body: dict[str, Any], at_hand: AtHand) -> Iterator[Check]:
    """The model file, each image, and the verdicts on the images that the model has not learned from."""
    yield (model := _model(body, at_hand.model))
    independent = body["datasets"]["test"] is not None
    judge = _judge(at_hand.model) if model.found is Found.RIGHT and independent else None
    found, verdicts = Counter[str](), list[str]()
    for each in body["images"]:
        if each["sha256"] is None:
            found["gone when it was signed"] += 1
            continue
        content = at_hand.image(each["source"], each["sha256"])
        if content is None:
            found["not at hand"] += 1
        elif sha256(content).hexdigest() != each["sha256"]:
            found["changed"] += 1
        else:
            found["the same"] += 1
            if judge is not None and each["verdict"] is not None and judge(content) != each["verdict"]:
                verdicts.append(each["source"])
    yield _images(found)
    yield _verdicts(found, verdicts, judged=judge is not None, independent=independent)


def _model(body: dict[str, Any], content: bytes | None) -> Check:
    signed = body["model"].get("sha256")
    if content is None or signed is None:
        return not_checked("model", "its file is not at hand: give --model, or the stage with --stage")
    return Check.of("model", sha256(content).hexdigest() == signed, f"SHA-256 of its file, {signed[:16]}...")


def _judge(content: bytes | None) -> Callable[[bytes], str] | None:
    """What the model says of an image; None for a file that this version cannot use."""
    try:
        detector = load(content or b"")
    except ModelFileError:
        return None

    def judge(image: bytes) -> str:
        """Unfamiliar images do not pass, as in an evaluation."""
        found = detector.inspect(decode(image, FILES, grey_bits_of(detector.metadata)))
        return "anomalous" if found.anomalous or found.unfamiliar is not None else "normal"

    return judge


def _images(found: Counter[str]) -> Check:
    why = ", ".join(f"{number} {how}" for how, number in sorted(found.items()))
    if not found["the same"] and not found["changed"]:
        return not_checked("images", f"{why}: give --images with a copy, or the stage with --stage")
    return Check.of("images", not found["changed"], f"SHA-256 of each: {why}")


def _verdicts(found: Counter[str], wrong: list[str], *, judged: bool, independent: bool) -> Check:
    what = "verdicts"
    if not independent:
        return not_checked(what, "each was given by a model that had not learned from the image; train again to see it")
    if not judged or not found["the same"]:
        return not_checked(what, "the model or the images are not at hand, or this version cannot use the model")
    why = "the model judged the test images at hand again"
    return Check.of(what, not wrong, why + (f"; otherwise than signed: {', '.join(wrong[:_NAMED])}" if wrong else ""))
