"""`trace` finds the steps of an image on the deployed stack by each of its names."""

import json
from io import BytesIO
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from linewatch.commands.trace import trace
from linewatch.operate.filesystem import filesystem
from linewatch.operate.lake import open_lake
from tests.emulator.account import settle
from tests.emulator.images import a_defect, a_photograph
from tests.emulator.plant import Plant, Sent

pytestmark = pytest.mark.emulator

LINE = "line-traced"


@pytest.fixture(scope="module")
def sent(plant: Plant) -> Sent:
    """A defect that passed all steps."""
    [image] = plant.send([a_defect()], LINE)
    plant.verdict(image.inspection_id)
    settle(plant, [image.inspection_id], LINE)
    return image


def traced(plant: Plant, *arguments: str) -> dict[str, Any]:
    """The JSON output of the command."""
    result = CliRunner().invoke(trace, [*arguments, "--json", "--local", plant.stack.name], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    output: dict[str, Any] = json.loads(result.stdout)
    return output


def test_an_image_is_followed_from_the_request_to_the_lake_and_the_alert(plant: Plant, sent: Sent) -> None:
    output = traced(plant, sent.inspection_id)
    steps = [step["name"] for step in output["steps"]]
    for name in ("asked for", "captured", "uploaded", "inspected", "archived", "alerted"):
        assert name in steps, output
    assert list(output["unknown"]) == ["reviewed"]
    [file] = [step["told"] for step in output["steps"] if step["name"] == "archived" and step["at"] is None]
    assert f"lake/inspections/dt={sent.key.split('/')[4]}/line={LINE}/" in file


def test_the_inspection_says_where_and_its_map_comes_as_a_picture(plant: Plant, sent: Sent) -> None:
    """The map passes the gateway as bytes, and the boxes the stream, the bus and the lake."""
    inspection = plant.ask("GET", f"/inspections/{sent.inspection_id}").json()
    assert inspection["worst_box"] == inspection["boxes"][0]
    answer = plant.ask("GET", f"/inspections/{sent.inspection_id}/map", accept="image/png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    with Image.open(BytesIO(answer.content)) as picture:
        assert max(picture.size) <= 32
        assert max(picture.tobytes()) > 128
    query = "SELECT worst_box, area_fraction, features FROM current WHERE inspection_id = ?"
    [row] = open_lake(plant.stack.bucket, filesystem(plant.stack)).execute(query, [sent.inspection_id]).fetchall()
    assert row == (json.dumps(inspection["worst_box"]), inspection["area_fraction"], inspection["features"])


def test_a_small_picture_of_the_image_comes_through_the_gateway(plant: Plant, sent: Sent) -> None:
    path = f"/inspections/{sent.inspection_id}/picture"
    answer = plant.ask("GET", path, accept="image/jpeg", params={"longest_side": 64})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg"), answer.text
    with Image.open(BytesIO(answer.content)) as picture:
        assert (picture.format, max(picture.size)) == ("JPEG", 64)


@pytest.mark.parametrize("part", ["key", "image id", "image id and day"])
def test_an_image_is_found_by_its_other_names(plant: Plant, sent: Sent, part: str) -> None:
    day, image_id = sent.key.split("/")[4:]
    arguments = {"key": [sent.key], "image id": [image_id], "image id and day": [image_id, "--day", day]}[part]
    assert traced(plant, *arguments)["inspection_id"] == sent.inspection_id


def test_the_trace_of_an_image_that_was_never_uploaded_says_so(plant: Plant) -> None:
    [upload] = plant.request_uploads([a_photograph()], LINE)
    output = traced(plant, upload["key"])
    assert [step["name"] for step in output["steps"]] == ["asked for"]
    assert "never put it" in output["unknown"]["uploaded"]


def test_an_unknown_name_is_an_error(plant: Plant) -> None:
    result = CliRunner().invoke(trace, ["of-nobody", "--local", plant.stack.name])
    assert result.exit_code == 1
    assert "nothing is known of of-nobody" in result.output
