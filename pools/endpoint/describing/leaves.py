"""The document as people read it: its operations by section, and what a schema holds as a tree of keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pools.endpoint.describing.document import document
from pools.endpoint.describing.examples import heard
from pools.endpoint.describing.shapes import ABSENT, AT, Schema
from pools.wire.errors import Code

SAID_OF_VALUES: Final = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "format")
# The most that anyone would write; more is a limit of the machine, not of the service.
NO_LIMITS: Final = {2**31 - 1, -(2**31), 10**15 - 1, 10**9}
MEANINGS: Final = {code.value: code.meaning for code in Code}
_OPTION: Final = re.compile(r"^- `(?P<word>[^`]*)`: (?P<meaning>.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Key:
    """One key of an object, or a parameter, which has a `place`. `keys` are those of what it holds."""

    name: str
    kind: str
    needed: bool
    help: str
    limits: Mapping[str, Any]
    default: Any = None
    options: Sequence[tuple[str, str]] = ()
    keys: Sequence[Key] = ()
    place: str = ""
    beyond: bool = False


@dataclass(frozen=True)
class Refusal:
    """One way to be refused."""

    status: int
    code: str
    meaning: str


@dataclass(frozen=True)
class Operation:
    """One operation, by its name."""

    name: str
    method: str
    path: str
    section: str
    told: Mapping[str, Any]

    @property
    def says(self) -> str:
        return str(self.told["summary"])

    @property
    def more(self) -> str:
        return str(self.told.get("description", ""))

    @property
    def parts(self) -> list[str]:
        """The address, taken apart at its slashes."""
        return self.path.split("/")[1:]

    @property
    def is_open(self) -> bool:
        """Whether it asks for no credentials."""
        return not self.told.get("security")

    @property
    def parameters(self) -> list[Key]:
        return [
            _key(
                one["name"],
                {"description": one.get("description", ""), **one["schema"]},
                one.get("required"),
                one["in"],
            )
            for one in self.told.get("parameters", ())
        ]

    @property
    def body_types(self) -> list[str]:
        return [*self._content(self.told.get("requestBody"))]

    @property
    def body(self) -> list[Key]:
        return self._keys(self.told.get("requestBody"))

    @property
    def body_example(self) -> str:
        return self._example(self.told.get("requestBody"))

    @property
    def status(self) -> str:
        return next(str(status) for status in self.told["responses"] if status.startswith("2"))

    @property
    def answer(self) -> list[Key]:
        return self._keys(self.told["responses"][self.status])

    @property
    def answer_headers(self) -> list[tuple[str, str]]:
        headers = self.told["responses"][self.status]["headers"]
        return [(name, _followed(held)["description"]) for name, held in headers.items()]

    @property
    def answer_example(self) -> str:
        return self._example(self.told["responses"][self.status])

    @property
    def refusals(self) -> list[Refusal]:
        return [
            Refusal(int(status), code, MEANINGS.get(code, ""))
            for status, response in self.told["responses"].items()
            if status != self.status
            for code in _codes(response) or [""]
        ]

    @property
    def curl(self) -> str:
        """A command that makes the call of the example; $URL and $TOKEN stand for what they say."""
        target = heard().get(self.name, {}).get("path", self.path)
        lines = [f'curl -sS -X {self.method} "$URL{target}"' if self.method != "GET" else f'curl -sS "$URL{target}"']
        if not self.is_open:
            lines.append('-H "X-Auth-Token: $TOKEN"')
        if self.body_types and self.body_example:
            lines += [f"-H 'Content-Type: {self.body_types[0]}'", f"-d '{_quoted(self.body_example)}'"]
        return " \\\n  ".join(lines)

    def is_about(self, words: str) -> bool:
        """Whether every word stands in its name, address or summary."""
        text = f"{self.name} {self.method} {self.path} {self.says} {self.section}".lower()
        return all(word in text for word in words.lower().split())

    @staticmethod
    def _content(holder: Mapping[str, Any] | None) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (holder or {}).get("content", {})
        return found

    def _keys(self, holder: Mapping[str, Any] | None) -> list[Key]:
        return next((_keys_of(held["schema"]) for held in self._content(holder).values()), [])

    def _example(self, holder: Mapping[str, Any] | None) -> str:
        found = next((held.get("example") for held in self._content(holder).values()), None)
        return "" if found is None else json.dumps(found, indent=2, ensure_ascii=False)


def operations() -> list[Operation]:
    """Every operation, in the order of the sections."""
    found = [
        Operation(told["operationId"], method.upper(), path, told["tags"][0], told)
        for path, methods in document()["paths"].items()
        for method, told in methods.items()
    ]
    order = [tag["name"] for tag in document()["tags"]]
    return sorted(found, key=lambda one: order.index(one.section))


def find(name: str) -> Operation | None:
    return next((one for one in operations() if one.name == name), None)


def _key(name: str, schema: Schema, needed: object, place: str = "") -> Key:
    held = _held(schema)
    inner = _followed(held)
    return Key(
        name=name,
        kind=_kind(held),
        needed=bool(needed),
        help=schema.get("description", ""),
        limits={word: inner[word] for word in SAID_OF_VALUES if word in inner and inner[word] not in NO_LIMITS},
        default=inner.get("default"),
        options=_options(held),
        keys=_keys_of(held),
        place=place,
        beyond=bool(schema.get("x-beyond-the-tables")),
    )


def _held(schema: Schema) -> Schema:
    """What a key holds when it is there: without what stands for absence, of known words or any others the known."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"$ref": AT + ABSENT} and one != {"type": "null"}]
    return choices[0] if choices else schema


def _followed(schema: Mapping[str, Any]) -> Schema:
    """The schema, or the component that it refers to."""
    if "$ref" not in schema:
        return dict(schema)
    place: Any = document()
    for part in schema["$ref"].removeprefix("#/").split("/"):
        place = place[part]
    return dict(place)


def _keys_of(schema: Schema) -> list[Key]:
    """The keys of an object, or of the objects of an array or a map."""
    inner = _followed(_held(schema))
    if "items" in inner:
        return _keys_of(inner["items"])
    if inner.get("properties"):
        needed = inner.get("required", ())
        return [_key(name, held, name in needed) for name, held in inner["properties"].items()]
    more = inner.get("additionalProperties")
    return _keys_of(more) if isinstance(more, dict) else []


def _kind(schema: Schema) -> str:
    """The type in JSON's words: "array of object", "map of string"; empty where anything may stand."""
    inner = _followed(_held(schema))
    if inner.get("type") == "array":
        return f"array of {_kind(inner.get('items', {})) or 'anything'}"
    if inner.get("type") == "object" and not inner.get("properties"):
        more = inner.get("additionalProperties")
        return f"map of {_kind(more)}" if isinstance(more, dict) and more else "object"
    said = inner.get("type", "")
    return " or ".join(said) if isinstance(said, list) else str(said)


def _options(schema: Schema) -> list[tuple[str, str]]:
    """The words that may stand there, each with what it means."""
    inner = _followed(_held(schema))
    if "items" in inner:
        return _options(inner["items"])
    meanings = {match["word"]: match["meaning"] for match in _OPTION.finditer(inner.get("description", ""))}
    return [(str(word), meanings.get(str(word), "")) for word in inner.get("enum", ())]


def _codes(response: Mapping[str, Any]) -> list[str]:
    listed = (
        node["error_code"].get("enum", ()) for node in _inside(response.get("content", {})) if "error_code" in node
    )
    return [code for codes in listed for code in codes]


def _inside(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _inside(inner)


def _quoted(text: str) -> str:
    """The text within single quotes of a shell."""
    return text.replace("'", "'\\''")
