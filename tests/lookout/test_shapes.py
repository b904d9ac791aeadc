"""Values in the contract's shapes."""

from decimal import Decimal

import pytest
from boto3.dynamodb.types import DYNAMODB_CONTEXT
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.inspection import confidence_of
from chalicelib.lookout.detect import Detected
from chalicelib.lookout.shapes import detect_result
from chalicelib.models.detect import DetectedVerdict
from chalicelib.projects.arns import Arns

ARNS = Arns("eu-west-1", "123456789012")


@given(st.floats(0, 1))
@example(0.5000005)
def test_every_confidence_fits_an_item_of_dynamodb(probability: float) -> None:
    confidence = confidence_of(probability)
    sent = detect_result(Detected(DetectedVerdict(anomalous=True, confidence=confidence), None))["Confidence"]
    assert DYNAMODB_CONTEXT.create_decimal(Decimal(sent)) == Decimal(sent)
    assert sent == pytest.approx(confidence, abs=1e-7)
    assert 0 <= sent <= 1


NAMES = st.from_regex(r"\A[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}\Z")


@given(NAMES, st.integers(1, 9999))
def test_an_arn_names_its_resource(project: str, version: int) -> None:
    assert ARNS.resource(ARNS.project(project)) == (project, None)
    assert ARNS.resource(ARNS.model(project, version)) == (project, str(version))


@given(st.text())
@example("arn:aws:lookoutvision:eu-west-1:123456789012:project/")
@example("arn:aws:lookoutvision:eu-west-1:123456789012:model/plates")
@example("arn:aws:lookoutvision:eu-west-1:000000000000:project/plates")
@example("arn:aws:lookoutvision:eu-west-1:123456789012:project/plates/1")
def test_other_text_is_no_arn(text: str) -> None:
    with pytest.raises(InvalidRequest, match="ResourceArn"):
        ARNS.resource(text)
