"""Every text that a script asks for is there in every language, and figures are those of the code."""

import re

import pytest

from chalicelib.page.files import PageFiles
from chalicelib.projects.domain import WORKERS_OF_A_UNIT
from linewatch.cost.billing import bill, total
from linewatch.cost.counted import FULL, kept
from linewatch.cost.hosting import IDLE_HOUR
from linewatch.cost.prices import PER_GB_SECOND
from tests.pipeline.account import infra

FILES = PageFiles().modules
LANGUAGES = ("en", "de")


def texts(language: str) -> dict[str, str]:
    """Those of all files of a language. No two files have the same key."""
    files = [text for name, text in FILES.items() if name == f"{language}.js" or name.startswith(f"{language}-")]
    found = [pair for text in files for pair in re.findall(r'^  "([^"]+)": "(.*)",$', text, re.MULTILINE)]
    assert len(found) == len(dict(found))
    return dict(found)


def asked() -> set[str]:
    """The literal keys of all calls of `t`, and those of tables."""
    scripts = "".join(text for name, text in FILES.items() if name[:2] not in LANGUAGES or name[2] not in ".-")
    return set(re.findall(r'\bt\(\s*"([^"]+)"', scripts))


def test_every_language_has_the_same_texts_with_the_same_values() -> None:
    english, german = map(texts, LANGUAGES)
    values = [{key: set(re.findall(r"{(\w+)}", text)) for key, text in each.items()} for each in (english, german)]
    assert values[0] == values[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_asked_for_is_there(language: str) -> None:
    assert len(asked()) > 80
    assert asked() <= set(texts(language))


def test_the_prices_are_those_of_the_page_about_costs() -> None:
    constants = dict(re.findall(r"const (\w+) = ([\d.]+);", FILES["costs.js"]))
    assert float(constants["IDLE_HOUR_USD"]) == pytest.approx(IDLE_HOUR, rel=0.01)
    million = total(bill(kept()[FULL.name], FULL, traced=False))
    assert float(constants["MILLION_IMAGES_USD"]) == pytest.approx(million, abs=0.01)
    assert int(constants["WORKERS_OF_A_UNIT"]) == WORKERS_OF_A_UNIT


@pytest.mark.parametrize(
    ("constant", "function"), [("CORE_SECOND_USD", "ReplayImages"), ("TRAINING_SECOND_USD", "TrainModel")]
)
def test_the_price_of_a_second_is_that_of_the_functions_memory(constant: str, function: str) -> None:
    constants = dict(re.findall(r"const (\w+) = ([\d.]+);", FILES["costs.js"]))
    functions = infra()["Resources"]
    gigabytes = functions[function]["Properties"]["MemorySize"] / 1024
    assert float(constants[constant]) == pytest.approx(gigabytes * PER_GB_SECOND, rel=0.01)
