"""A message that fails is delivered again; the function that took it did not fail, and the other messages are done."""

from collections.abc import Iterator

import pytest

from chalicelib.core.inspection import Verdict
from tests.emulator.images import a_photograph
from tests.emulator.plant import Plant, key_of, until

pytestmark = pytest.mark.emulator

LINE = "line-partial"


@pytest.fixture
def queue(plant: Plant) -> Iterator[str]:
    """The inspection queue, which is emptied at the end."""
    sqs = plant.stack.client("sqs")
    url: str = sqs.get_queue_url(QueueName=f"linewatch-{plant.stack.stage}-inspection")["QueueUrl"]
    yield url
    sqs.purge_queue(QueueUrl=url)


def last_result(plant: Plant) -> str:
    """What became of the last batch of images."""
    name = f"linewatch-{plant.stack.stage}-inspect_images"
    mappings = plant.stack.client("lambda").list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    [mapping] = [each for each in mappings if each["EventSourceArn"].endswith("-inspection")]
    result: str = mapping["LastProcessingResult"]
    return result


def test_a_project_without_a_model_does_not_make_the_function_fail(plant: Plant, queue: str) -> None:
    with plant.waiting():
        plant.store(key_of(LINE, "waits", project="without-a-model"), a_photograph())
        good = plant.store(key_of(LINE, "good"), a_photograph())
    assert plant.verdict(good.inspection_id).verdict is Verdict.NORMAL
    result = until(lambda: found if "failure" in (found := last_result(plant)).lower() else None, "the batch's result")
    assert result.startswith("OK"), result
    assert plant.queues()["inspection"] == 1
    failed = plant.stack.client("dynamodb").scan(TableName=f"linewatch-{plant.stack.stage}-failures")["Items"]
    assert any("has no live model version" in each["cause"]["S"] for each in failed)
