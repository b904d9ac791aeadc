"""Put the modules of the page into one file, so that a browser asks for one and wakes one worker of the function.

The modules are small ES modules of a simple form: imports are the first lines, each of its own; what is exported is
exported where it is declared. Each becomes a function that is called once, after those that it imports.
"""

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

_IMPORT = re.compile(r'^import (\w+|\{[^}]*\}) from "\./([\w.-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
_DEFAULT = "export default "


def bundle(modules: Mapping[str, str]) -> str:
    """The text of one module that does what all of them do; ValueError for modules that import each other.

    `modules` are texts by file name.
    """
    graph = {name: [found[1] for found in _IMPORT.findall(text)] for name, text in modules.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ValueError(f"modules import each other: {error.args[1]}") from error
    return "const modules = {};\n" + "".join(_wrapped(name, modules[name]) for name in order)


def _wrapped(name: str, text: str) -> str:
    exported = ", ".join(_exports(text))
    body = _IMPORT.sub(lambda found: f'const {_names(found[1])} = modules["{found[2]}"];\n', text)
    body = _EXPORT.sub("", body).replace(_DEFAULT, "const exported = ")
    return f'modules["{name}"] = (() => {{\n{body}return {{ {exported} }};\n}})();\n'


def _exports(text: str) -> Iterator[str]:
    yield from _EXPORT.findall(text)
    if _DEFAULT in text:
        yield "default: exported"


def _names(imported: str) -> str:
    """`{ a, b as c }` as a pattern of names, and a single name as that of the default."""
    return imported.replace(" as ", ": ") if imported.startswith("{") else f"{{ default: {imported} }}"
