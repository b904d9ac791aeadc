"""The nodes and the weights' shapes of an ONNX file, read without the `onnx` package, which no worker has.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto gives the field numbers, and
https://protobuf.dev/programming-guides/encoding/ the encoding. A field that is not named here is refused: among them
are functions, graphs inside of nodes (loops and branches), and weights in other files.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

type Value = int | memoryview
type Message = dict[int, list[Value]]  # the values of each field
type Attribute = int | str | list[int] | tuple[int, ...]  # a tensor is its shape

MOST_FIELDS = 200_000
LARGEST_PACKED = 10_000  # bytes of integers
VARINT, FIXED_64, BYTES, FIXED_32 = 0, 1, 2, 5  # wire types

MODEL_FIELDS = {1, 2, 3, 4, 5, 6, 7, 8, 14}
GRAPH, NODES, WEIGHTS, INPUTS, OUTPUTS, OPERATOR_SETS = 7, 1, 5, 11, 12, 8
GRAPH_FIELDS = {1, 2, 5, 10, 11, 12, 13, 16}
NODE_FIELDS = {1, 2, 3, 4, 5, 6, 7, 9}
ATTRIBUTE_FIELDS = {1, 2, 3, 4, 5, 7, 8, 13, 20}
VALUE_FIELDS = {2, 3, 4, 5, 7, 8}  # of an attribute: float, integer, text, tensor, floats, integers
TENSOR_FIELDS = {1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 16}


class OnnxError(ValueError):
    """The bytes are no ONNX file of a plain network; the message says why."""


@dataclass(frozen=True)
class Node:
    """One operation."""

    operator: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Attribute]


@dataclass(frozen=True)
class Network:
    """The operations of an ONNX file in their order, and the shapes of its weights."""

    nodes: list[Node]
    weights: dict[str, tuple[int, ...]]
    inputs: list[str]  # those that are not weights
    outputs: list[str]


def read_onnx(content: bytes) -> Network:
    """The network in an ONNX file. Raises `OnnxError`."""
    try:
        return _Reader().network(memoryview(content))
    except UnicodeDecodeError as error:
        raise OnnxError(f"it is no ONNX file: {error}") from error


class _Reader:
    """Reads the messages of one file, and no more fields of them than a network has."""

    def __init__(self) -> None:
        self._fields_left = MOST_FIELDS

    def network(self, content: memoryview) -> Network:
        model = self._message(content, MODEL_FIELDS, "the model")
        for entry in model.get(OPERATOR_SETS, []):
            _check_domain(_text(self._message(_bytes(entry), {1, 2}, "an operator set"), 1, ""))
        graph = self._message(_bytes(_one(model, GRAPH)), GRAPH_FIELDS, "the graph")
        weights = _unique(self._tensor(_bytes(entry)) for entry in graph.get(WEIGHTS, []))
        nodes = [self._node(_bytes(entry)) for entry in graph.get(NODES, [])]
        inputs = [name for name in self._names(graph, INPUTS) if name not in weights]
        return Network(nodes, weights, inputs, self._names(graph, OUTPUTS))

    def _names(self, graph: Message, field: int) -> list[str]:
        """Of the graph's inputs or outputs."""
        return [_text(self._message(_bytes(entry), {1, 2, 3, 4}, "a value"), 1) for entry in graph.get(field, [])]

    def _node(self, content: memoryview) -> Node:
        message = self._message(content, NODE_FIELDS, "a node")
        operator = _text(message, 4)
        _check_domain(_text(message, 7, ""))
        attributes = _unique(self._attribute(_bytes(entry), operator) for entry in message.get(5, []))
        return Node(operator, _texts(message, 1), _texts(message, 2), attributes)

    def _attribute(self, content: memoryview, operator: str) -> tuple[str, Attribute]:
        message = self._message(content, ATTRIBUTE_FIELDS, f"an attribute of {operator}")
        name = _text(message, 1)
        if len(message.keys() & VALUE_FIELDS) > 1:
            raise OnnxError(f"attribute {name} of {operator} has values of several types")
        if 8 in message:
            return name, _integers(message[8])
        if 5 in message:
            return name, self._tensor(_bytes(_one(message, 5)))[1]
        if 4 in message:
            return name, _text(message, 4)
        return name, _integers([_one(message, 3)])[0] if 3 in message else ()

    def _tensor(self, content: memoryview) -> tuple[str, tuple[int, ...]]:
        message = self._message(content, TENSOR_FIELDS, "a tensor")
        shape = tuple(_integers(message.get(1, [])))
        if any(side < 0 for side in shape):
            raise OnnxError(f"a tensor has shape {shape}")
        return _text(message, 8, ""), shape

    def _message(self, content: memoryview, known: set[int], what: str) -> Message:
        """The fields of a message. Raises `OnnxError` for any that is not known."""
        message: Message = {}
        for field, value in fields(content):
            self._fields_left -= 1
            if self._fields_left < 0:
                raise OnnxError(f"it has more than {MOST_FIELDS} fields")
            if field not in known:
                raise OnnxError(f"{what} has field {field} of the ONNX format, which a plain network does not need")
            message.setdefault(field, []).append(value)
        return message


def _unique[T](pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    named: dict[str, T] = {}
    for name, value in pairs:
        if name in named:
            raise OnnxError(f"the name {name} stands twice")
        named[name] = value
    return named


def _check_domain(name: str) -> None:
    if name not in ("", "ai.onnx"):
        raise OnnxError(f"it has operators of {name!r}, which are not of ONNX itself")


def fields(content: memoryview) -> Iterator[tuple[int, Value]]:
    """The fields of a message, in their order: their numbers and values. Raises `OnnxError`."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        kind = key & 7
        value: Value
        if kind == VARINT:
            value, at = _varint(content, at)
        else:
            length, at = _varint(content, at) if kind == BYTES else ({FIXED_64: 8, FIXED_32: 4}.get(kind, -1), at)
            if not 0 <= length <= len(content) - at:
                raise OnnxError("it is cut short, or no ONNX file")
            value, at = content[at : at + length], at + length
        yield key >> 3, value


def _varint(content: memoryview, at: int) -> tuple[int, int]:
    """The number at a place, and the place behind it."""
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            raise OnnxError("it is cut short, or no ONNX file")
        byte, at = content[at], at + 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
    raise OnnxError("it is no ONNX file")


def _integers(values: list[Value]) -> list[int]:
    """Signed 64-bit integers, one by one or packed."""
    numbers: list[int] = []
    for value in values:
        if isinstance(value, int):
            numbers.append(value)
            continue
        if len(value) > LARGEST_PACKED:
            raise OnnxError(f"it has a list of {len(value)} bytes of integers")
        at = 0
        while at < len(value):
            number, at = _varint(value, at)
            numbers.append(number)
    return [(number & (2**64 - 1)) - (2**64 if number >> 63 & 1 else 0) for number in numbers]


def _one(message: Message, field: int) -> Value:
    values = message.get(field, [])
    if len(values) != 1:
        raise OnnxError(f"field {field} of the ONNX format stands {len(values)} times where it must stand once")
    return values[0]


def _bytes(value: Value) -> memoryview:
    if isinstance(value, int):
        raise OnnxError("it is no ONNX file")
    return value


def _texts(message: Message, field: int) -> list[str]:
    return [bytes(_bytes(value)).decode() for value in message.get(field, [])]


def _text(message: Message, field: int, missing: str | None = None) -> str:
    if field not in message and missing is not None:
        return missing
    return bytes(_bytes(_one(message, field))).decode()
