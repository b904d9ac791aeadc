"""`scale` says what it needs, and prints times in units for people."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from linewatch.commands.scale import _since, scale
from linewatch.dev.scale.simulation import Outcome


def test_without_figures_and_without_a_check_the_usage_is_wrong() -> None:
    ended = CliRunner().invoke(scale, [])
    assert ended.exit_code == 2
    assert "--figures FILE" in ended.output


@pytest.mark.parametrize(("content", "text"), [("not JSON", "is not JSON"), ("{}", "lacks overhead, inference, lake")])
def test_a_file_that_the_bench_did_not_write_is_refused(tmp_path: Path, content: str, text: str) -> None:
    file = tmp_path / "bench.json"
    file.write_text(content)
    ended = CliRunner().invoke(scale, ["--figures", str(file)])
    assert ended.exit_code == 1
    assert text in ended.output


@pytest.mark.parametrize(
    ("drained_at", "text"), [(None, "never"), (90, "0 s"), (190, "90 s"), (700, "10 min"), (36100, "10.0 h")]
)
def test_the_time_until_a_backlog_is_gone_counts_from_the_end_of_the_burst(drained_at: float | None, text: str) -> None:
    assert _since(Outcome(1, 1, 0.0, drained_at), end=100) == text
