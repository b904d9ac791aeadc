"""The page says what the verdicts say, shows no more than it may, and asks nothing of any network."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from chalicelib.models.dataset import Labelled
from chalicelib.models.mask_files import MaskFiles
from chalicelib.reports.training.evidence import Basis, Evidence, labelled_predictions, left_out_evidence
from chalicelib.reports.training.evidence import test_evidence as evidence_of_a_test
from chalicelib.reports.training.page import on_the_line, page
from chalicelib.reports.training.pictures import MOST_CLOSE, MOST_WRONG
from chalicelib.reports.training.predictions import confusion_counts
from chalicelib.vision.training.train import Training
from tests.reports.conftest import Made

NO_MASKS = MaskFiles()
LARGEST = 1_500_000
VOID = {"meta", "img", "br"}


class Outline(HTMLParser):
    """The tags that are open, and every attribute that there was."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def text_of(evidence: Evidence) -> str:
    """The page's words, spaces made single."""
    html = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page(evidence).decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_the_page_is_well_formed_and_asks_nothing_of_any_network(made: Made) -> None:
    outline = Outline()
    html = page(made([0.1, 0.9, 0.3], [0.2, 0.8])).decode()
    outline.feed(html)
    assert outline.open == []
    sources = [value or "" for name, value in outline.attributes if name in {"src", "href", "srcset", "action", "data"}]
    assert sources
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    words = re.sub(r"base64,[^\"]*", "", html)
    assert not re.search(r"//|url\(|@import|<script|<link|<iframe", words)


def test_the_counts_are_those_of_the_verdicts(made: Made) -> None:
    text = text_of(made([0.1, 0.9, 0.3, 0.7, 0.2], [0.2, 0.8, 0.9]))
    assert "would have passed 1 of 3 333 per 1,000 defective parts" in text
    assert "would have been rejected 2 of 5 400 per 1,000 good parts" in text
    assert "labelled normal 3 2 labelled anomalous 1 2" in text


def test_who_has_photos_that_are_nearly_the_same_reads_where_they_count_once(made: Made, images: Labelled) -> None:
    said = "All other figures count every photo"
    evidence = made([0.1] * 3, [0.9], alike=[images.normal.paths[:2]])
    assert said in text_of(evidence)
    assert said not in text_of(replace(evidence, basis=Basis.TEST))
    assert said not in text_of(made([0.1] * 3, [0.9]))


def test_a_report_on_training_counts_what_was_left_out(training: Training, images: Labelled) -> None:
    evidence = left_out_evidence("parts", training, images)
    normals = len(images.normal)
    rejected = int((training.left_out[:normals] > training.detector.threshold).sum())
    escaped = int((training.left_out[normals:] <= training.detector.threshold).sum())
    text = text_of(evidence)
    assert f"would have passed {escaped} of 4" in text
    assert f"would have been rejected {rejected} of 12" in text
    assert "16 training images, each left out in turn" in text


def test_a_report_on_a_test_says_so_and_names_files_that_were_trained_on(training: Training, images: Labelled) -> None:
    predictions = labelled_predictions(images, np.full(16, 0.4), training.left_out_maps)
    text = text_of(evidence_of_a_test("parts", training, images, predictions, NO_MASKS, {}))
    assert "16 test images, kept apart from training" in text
    assert "would have passed 4 of 4" in text
    assert "16 test images also among the training images" in text
    assert "Not yet fit to use, because no image shows a defective part; and no image shows a good part" in text


def test_unfamiliar_images_count_as_stopped_and_the_page_says_how_many(training: Training, images: Labelled) -> None:
    odd = np.arange(16) % 2 == 0
    predictions = labelled_predictions(images, np.full(16, 0.4), training.left_out_maps, odd)
    text = text_of(evidence_of_a_test("parts", training, images, predictions, NO_MASKS, {}))
    assert "8 of the images are unfamiliar" in text
    assert "would have passed 2 of 4" in text
    assert "would have been rejected 6 of 12" in text
    assert "labelled normal, unfamiliar, anomaly probability 0.400" in text


def test_without_anomalies_the_page_says_what_cannot_be_known(made: Made) -> None:
    text = text_of(made([0.1, 0.9, 0.3], []))
    assert "would have passed not known" in text
    assert "would have been rejected 1 of 3" in text
    assert "it takes images of good and of defective parts" in text
    assert "3 or more defective parts" in text


def test_anomalies_too_few_to_learn_from_are_judged_by_the_detector(training: Training, images: Labelled) -> None:
    alone = replace(
        training,
        left_out=training.left_out[:12],
        left_out_maps=training.left_out_maps[:12],
        groups=training.groups[:12],
    )
    evidence = left_out_evidence("parts", alone, Labelled(images.normal, images.anomaly[:2]))
    predictions = [training.detector.inspect(photo) for photo in images.anomaly[:2]]
    assert [image.probability for image in evidence.images[12:]] == [each.anomaly_probability for each in predictions]


def test_names_of_files_and_sets_are_escaped(made: Made, images: Labelled, tmp_path: Path) -> None:
    odd = tmp_path / "normal" / "<img src=x onerror=alert(1)>&\udcff.jpg"
    odd.parent.mkdir()
    odd.write_bytes(images.normal.paths[0].read_bytes())
    evidence = made([0.9, 0.1], [0.8])
    named = replace(evidence, name="<b>set", images=[replace(evidence.images[0], path=odd), *evidence.images[1:]])
    html = page(named).decode()
    assert "<img src=x" not in html
    assert "<b>set" not in html
    assert "normal/&lt;img src=x onerror=alert(1)&gt;&amp;" in html


def test_the_same_evidence_makes_the_same_bytes(training: Training, images: Labelled) -> None:
    first, second = (page(left_out_evidence("parts", training, images)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("kind", ["normal", "anomaly"])
def test_the_page_stays_small_however_many_mistakes_there_are(made: Made, kind: str) -> None:
    evidence = made([0.9, 0.1], [0.1, 0.9])
    wrong = [image for image in evidence.images if image.wrong_at(0.5) and image.anomalous == (kind == "anomaly")]
    html = page(replace(evidence, images=wrong * 2000 + evidence.images))
    assert html.count(b"data:image/jpeg") <= 2 * (2 * MOST_WRONG + MOST_CLOSE)
    assert html.count(b"data:image/jpeg") >= 2 * MOST_WRONG
    assert len(html) < LARGEST


def test_only_a_test_report_needs_no_advice_about_a_test_set(made: Made) -> None:
    evidence = made([0.1] * 3, [0.9])
    assert "A test set" in text_of(evidence)
    assert "A test set" not in text_of(replace(evidence, basis=Basis.TEST))


def test_a_line_with_few_defects_rejects_mostly_good_parts(made: Made) -> None:
    evidence = made([0.9, *[0.1] * 9], [0.9, 0.9, 0.9, 0.1])
    rare, _, frequent = on_the_line(confusion_counts(evidence.images, 0.5))
    assert rare["rejected"][0] == pytest.approx(0.1 * 999)
    assert rare["escaped"][0] == pytest.approx(0.25 * 1)
    assert rare["right"][0] == pytest.approx(100 * 0.75 / (0.75 + 99.9))
    assert rare["right"][1] < rare["right"][0] < rare["right"][2]
    assert frequent["right"][0] > 20
