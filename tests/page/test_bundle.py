"""All modules of the page are one file, which does what they do."""

import shutil
import subprocess

import pytest

from chalicelib.page.bundle import bundle
from chalicelib.page.files import PageFiles

MODULES = {
    "app.js": 'import { b, Kind as Sort } from "./b.js";\nimport words from "./a.js";\nconst name = "own";\n'
    "globalThis.seen = [b(), new Sort().name, words.hello, name];\n",
    "b.js": 'import words from "./a.js";\nconst name = "of b";\nexport const b = () => name + words.hello;\n'
    "export class Kind {\n  name = name;\n}\nexport async function later() {}\n",
    "a.js": 'export default {\n  hello: "hello",\n};\n',
}
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js: apt-get install nodejs")


def run(script: str, end: str = "") -> str:
    """What a script prints."""
    command = ["node", "--input-type=module", "-e", script + end]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@needs_node
def test_a_bundle_does_what_its_modules_do() -> None:
    modules = {name: MODULES[name] for name in ("app.js", "b.js", "a.js")}
    assert run(bundle(modules), "console.log(seen.join());") == "of bhello,of b,hello,own"


@needs_node
def test_the_bundle_of_the_page_is_a_module_without_imports() -> None:
    script = PageFiles().texts["app.js"]
    subprocess.run(["node", "--check", "--input-type=module", "-"], input=script, text=True, check=True)
    assert "\nimport " not in script
    assert "\nexport " not in script


def test_modules_that_import_each_other_are_refused() -> None:
    circle = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    with pytest.raises(ValueError, match="import each other"):
        bundle(circle)
