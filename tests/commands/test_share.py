"""A share or a probability on the command line is a number from 0 to 1."""

import pytest
from click.testing import CliRunner

from linewatch.__main__ import main


@pytest.mark.parametrize("given", ["10%", "10", "0,1", "-0.1", "nan", "ten"])
@pytest.mark.parametrize(
    "words",
    [
        ("model", "threshold", "m.safetensors", "--escape-rate"),
        ("model", "threshold", "m.safetensors", "--false-reject-rate"),
        ("model", "threshold", "m.safetensors", "--defect-share"),
        ("model", "tune", "plates", "1", "--to"),
        ("detect", "--threshold"),
        ("alerts", "set", "plates", "--confidence"),
    ],
)
def test_a_share_that_is_none_is_refused_with_how_to_write_it(words: tuple[str, ...], given: str) -> None:
    refused = CliRunner().invoke(main, [*words, given])
    assert refused.exit_code == 2
    assert f"{given} is not a number from 0 to 1: write 10 % as 0.10" in refused.stderr
