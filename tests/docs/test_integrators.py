"""The examples of docs/guide/integrators.md say the same in all languages: address, headers, fields."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.core.inspection import INSPECTION
from chalicelib.lookout.detect import Detected
from chalicelib.lookout.shapes import detect_result
from chalicelib.models.detect import DetectedVerdict
from linewatch.project import ROOT

FOLDER = ROOT / "docs" / "guide"
LANGUAGES = {
    "bash": ("$LINEWATCH_URL", "Bearer $LINEWATCH_KEY", "--data-binary @part.jpg"),
    "python": ("os.environ['LINEWATCH_URL']", "Bearer {os.environ['LINEWATCH_KEY']}", "httpx.post("),
    "csharp": ('"LINEWATCH_URL"', '"LINEWATCH_KEY"', "PostAsync("),
    "powershell": ("$env:LINEWATCH_URL", "Bearer $env:LINEWATCH_KEY", "-Method Post"),
    "javascript": ('env.get("LINEWATCH_URL")', '"Bearer " + env.get("LINEWATCH_KEY")', 'msg.method = "POST"'),
}
URL, KEY = "https://api.example.com/v1", "lw_key"


@dataclass(frozen=True)
class Call:
    """One of the two requests: its address, and the field of its answer that decides."""

    path: str
    query: dict[str, str]
    field: str

    @property
    def address(self) -> str:
        return self.path + (
            "?" + "&".join(f"{name}={value}" for name, value in self.query.items()) if self.query else ""
        )


INSPECT = Call("/inspections", {"line": "line-1", "camera": "cam-1"}, "verdict")
DETECT = Call("/2020-11-20/projects/plates/models/1/detect", {}, "IsAnomalous")
CALLS = (INSPECT, DETECT)


def examples(language: str) -> list[str]:
    """The two examples in a language."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", (FOLDER / "integrators.md").read_text(), re.DOTALL)
    return found


def flow() -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = json.loads((FOLDER / "node-red-flow.json").read_text())
    return nodes


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_sends_the_same_two_requests(language: str) -> None:
    for example, call in zip(examples(language), CALLS, strict=True):
        assert call.address in example or (call.path in example and json.dumps(call.query) in example)
        assert all(words in example for words in LANGUAGES[language])
        assert "Authorization" in example
        assert "image/jpeg" in example
        assert language in {"bash", "javascript"} or call.field in example


def test_the_fields_are_those_of_the_answers() -> None:
    assert "verdict" in INSPECTION.json_schema()["properties"]
    assert "IsAnomalous" in detect_result(Detected(DetectedVerdict(anomalous=True, confidence=1.0), None))


def test_the_functions_of_the_flow_are_those_of_the_guide() -> None:
    assert [node["func"] for node in flow() if node["type"] == "function"] == examples("javascript")


def test_the_flow_is_wired_and_decides_by_the_fields() -> None:
    nodes = {node["id"]: node for node in flow()}
    assert len(nodes) == len(flow())
    for node in nodes.values():
        assert all(target in nodes for wire in node.get("wires", []) for target in wire)
    decisions = [node["property"].rpartition(".")[2] for node in nodes.values() if node["type"] == "switch"]
    assert decisions == [call.field for call in CALLS]
    assert all(node["method"] == "use" for node in nodes.values() if node["type"] == "http request")


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
@pytest.mark.parametrize("number", [0, 1])
def test_a_function_of_the_flow_makes_the_request(number: int) -> None:
    values = json.dumps({"LINEWATCH_URL": URL, "LINEWATCH_KEY": KEY})
    code = f"const env = {{get: (name) => ({values})[name]}}, made = ((msg) => {{{examples('javascript')[number]}}})"
    done = subprocess.run(
        ["node", "-e", f"{code}({{payload: 'the image'}}); console.log(JSON.stringify(made))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {
        "payload": "the image",
        "method": "POST",
        "url": URL + CALLS[number].address,
        "headers": {"Authorization": f"Bearer {KEY}", "Content-Type": "image/jpeg"},
    }
