"""Every accepted image without a verdict is counted as missing."""

from loadtest.ledger import Ledger


def test_an_accepted_image_is_missing_until_its_verdict_comes() -> None:
    ledger = Ledger(accepted={"a", "b"})
    ledger.note({"inspection_id": "a", "queue_ms": 40.0, "inspection_ms": 20.0})
    assert ledger.missing == {"b"}
    ledger.note({"inspection_id": "b", "queue_ms": None, "inspection_ms": 30.0})
    assert ledger.to_dict() == {"accepted": 2, "judged": 2, "missing": 0, "queue_ms": 20.0, "inspection_ms": 25.0}


def test_a_run_without_verdicts_has_no_medians() -> None:
    assert Ledger().to_dict()["queue_ms"] is None
