"""`linewatch sign-off report` and `linewatch verify` on a stage: what was signed is computed anew from the lake."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.core.events import event_of
from chalicelib.lake.compact import compact
from chalicelib.lake.s3 import ParquetLake
from linewatch.__main__ import main
from linewatch.errors import UsageProblem
from linewatch.operate.sign_off.document import opened, signed
from linewatch.operate.sign_off.signers import fingerprint_of
from linewatch.operate.sign_off.stage_keys import StageKeys
from tests.daily.lakes import add, at, defect, seen
from tests.daily.test_reviewed import reviewed
from tests.operate.sign_off.keys import FakeKms, a_key
from tests.pipeline.account import NUMBER
from tests.pipeline.photographs import artifact
from tests.support.served_aws import served_stage

BUCKET = f"linewatch-test-{NUMBER}"
NOW = datetime(2026, 3, 20, tzinfo=UTC)


@pytest.fixture
def s3() -> Iterator[Any]:
    """A stage with two days in its lake, its table of calendars and the model that judged."""
    with served_stage(BUCKET) as s3:
        wrong = reviewed(5, "normal", verdict="anomalous", anomaly_probability=0.9)
        add(ParquetLake(s3, BUCKET), [seen(1, at(8)), defect(2, at(9)), seen(3, at(9, days=1)), event_of(wrong)])
        s3.put_object(Bucket=BUCKET, Key="models/plates/7.safetensors", Body=artifact())
        yield s3


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, [*words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def signed_file(folder: Path) -> tuple[Path, str]:
    """A file of two days, and the fingerprint of the key that signed it."""
    key, out = str(folder / "key.pem"), folder / "march.json"
    fingerprint = run("sign-off", "key", "--file", key, "--stage", "test").stdout.strip()
    options = ("--zone", "Europe/Berlin", "--by", "Anna", "--key", key, "--out", str(out), "--stage", "test")
    result = run("sign-off", "report", "plates", "--day", "2026-03-14", "--until", "2026-03-15", *options)
    assert result.exit_code == 0, result.output
    return out, fingerprint


def checked(*words: str) -> dict[str, str]:
    """How each check ended."""
    result = run("verify", *words, "--json")
    found = {each["what"]: each["found"] for each in json.loads(result.stdout)["checks"]}
    assert result.exit_code == int("WRONG" in found.values())
    return found


@pytest.mark.usefixtures("s3")
def test_a_signed_report_is_computed_anew_from_the_lake(tmp_path: Path) -> None:
    file, fingerprint = signed_file(tmp_path)
    body = opened(file.read_bytes()).body
    assert body["figures"]["yield"] == {
        "count": 2,
        "of": 4,
        "share": "0.500000",
        "from": "0.067586",
        "to": "0.932414",
    }
    assert body["figures"]["false_rejects_of_reviewed"]["count"] == 1
    assert body["models"][0]["threshold"].startswith("0.")
    found = checked(str(file), "--stage", "test")
    assert set(found.values()) == {"ok"}
    assert {"rows of 2026-03-15", "tables", "figures", "model, version 7", "whose key"} <= found.keys()
    alone = checked(str(file), "--fingerprint", fingerprint)
    assert alone["rows, tables and models"] == "not checked"
    assert alone["whose key"] == "ok"


def test_compaction_changes_nothing_and_a_late_image_one_day(s3: Any, tmp_path: Path) -> None:
    file, _ = signed_file(tmp_path)
    lake = ParquetLake(s3, BUCKET)
    compact(lake=lake)
    assert set(checked(str(file), "--stage", "test").values()) == {"ok"}
    add(lake, [seen(4, at(10))])
    found = checked(str(file), "--stage", "test")
    assert (found["rows of 2026-03-14"], found["rows of 2026-03-15"]) == ("WRONG", "ok")
    assert (found["figures"], found["tables"]) == ("WRONG", "WRONG")


def test_another_model_file_is_found_and_a_deleted_one_is_said(s3: Any, tmp_path: Path) -> None:
    file, _ = signed_file(tmp_path)
    s3.put_object(Bucket=BUCKET, Key="models/plates/7.safetensors", Body=artifact() + b" ")
    assert checked(str(file), "--stage", "test")["model, version 7"] == "WRONG"
    s3.delete_object(Bucket=BUCKET, Key="models/plates/7.safetensors")
    assert checked(str(file), "--stage", "test")["model, version 7"] == "not checked"


def test_a_file_that_somebody_else_signed_is_none_of_the_stage(s3: Any, tmp_path: Path) -> None:
    file, _ = signed_file(tmp_path)
    body = opened(file.read_bytes()).body
    forged = tmp_path / "forged.json"
    forged.write_bytes(signed(body, by="Anna", identity="", at=NOW, signer=a_key()))
    assert checked(str(forged), "--stage", "test")["whose key"] == "WRONG"


@pytest.mark.usefixtures("s3")
def test_wrong_usage_is_named(tmp_path: Path) -> None:
    file, _ = signed_file(tmp_path)
    broken = tmp_path / "broken.json"
    broken.write_bytes(file.read_bytes().replace(b"Anna", b"Otto"))
    result = run("verify", str(broken))
    assert (result.exit_code, "changed" in result.output) == (2, True)
    out = ("--by", "Anna", "--key", str(tmp_path / "key.pem"), "--out", str(tmp_path / "x.json"), "--stage", "test")
    result = run("sign-off", "report", "plates", "--day", "2026-03-01", "--until", "2026-04-30", *out)
    assert (result.exit_code, "31 days" in result.output) == (2, True)
    other = tmp_path / "other.pem"
    other.write_text("no key")
    words = ("--by", "Anna", "--key", str(other), "--out", str(tmp_path / "x.json"), "--stage", "test")
    assert run("sign-off", "report", "plates", "--day", "2026-03-01", *words).exit_code == 2


def test_a_key_is_replaced_and_what_it_signed_can_still_be_checked(s3: Any) -> None:
    kms = FakeKms()
    keys = StageKeys(kms, s3, "test", BUCKET)
    with pytest.raises(UsageProblem, match="no key"):
        keys.signer()
    first = keys.create(NOW, replace=False)
    old = opened(signed({"kind": "report"}, by="a", identity="", at=NOW, signer=keys.signer()))
    with pytest.raises(UsageProblem, match="--rotate"):
        keys.create(NOW, replace=False)
    second = keys.create(NOW, replace=True)
    assert fingerprint_of(keys.signer().public_key) == second != first == old.fingerprint
    assert sorted(keys.published()) == sorted([first, second])
    assert kms.ending == ["sign-off-1"]
