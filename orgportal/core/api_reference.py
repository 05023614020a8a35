"""The API's description as a page draws it: rooms, operations and shapes, read from the generated schema."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator

Schema = Mapping[str, Any]

# Which tags stand together, in the order a reader comes upon them.
ROOMS = (
    ("start", _("Where to begin, tokens, holidays"), ("", "tokens", "holidays")),
    ("inbox", _("Inbox and reminders"), ("notices", "waivers", "reminder-settings")),
    ("search", _("Search"), ("search",)),
    (
        "branches",
        _("Bodies, groups and the directory"),
        ("branches", "groups", "directory", "units", "coverage"),
    ),
    ("members", _("Members and posts"), ("members", "posts", "terms", "corrections", "confirmations")),
    (
        "standing",
        _("Decisions about standing, files and merged records"),
        ("standing-changes", "stop-grounds", "probation", "cases", "merges"),
    ),
    (
        "mobile",
        _("Mobile members and contact"),
        ("stays", "hosted", "mobile-branches", "contacts", "out-of-contact"),
    ),
    (
        "transfers",
        _("Transfers"),
        ("transfers", "batches", "papers", "paper-templates", "arrivals", "certificates"),
    ),
    (
        "activities",
        _("Activities, duties and decisions"),
        (
            "activities",
            "duties",
            "decisions",
            "invitations",
            "attachments",
            "calendars",
            "ledgers",
            "ledger-templates",
        ),
    ),
    ("campaigns", _("Campaigns and pledges"), ("campaigns", "pledges")),
    ("summaries", _("Assessments and summaries"), ("assessments", "summaries", "nudges", "robots")),
    ("others", _("Others"), ("…",)),
)
CHOICE = re.compile(r"^\* `(.*?)` - (.*)$", re.MULTILINE)
SAMPLES = {"date": "2026-03-05", "time": "14:30", "date-time": "2026-03-05T14:30:00+08:00"}


@dataclass(frozen=True, slots=True)
class Field:
    """One named value: a parameter, or a part of a body or an answer."""

    name: str
    kind: str
    is_required: bool
    shape: str = ""
    notes: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    code: str
    words: str
    shape: str


@dataclass(frozen=True, slots=True)
class Operation:
    anchor: str
    method: str
    path: str
    does: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A named form of data that bodies and answers refer to: fields, or the values it may take."""

    name: str
    words: str
    fields: tuple[Field, ...]
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Room:
    """Operations that stand together, and every shape they lead to."""

    slug: str
    title: str
    operations: tuple[Operation, ...]
    shapes: tuple[Shape, ...]


@lru_cache(maxsize=8)
def schema_in(language: str) -> Schema:
    """The whole schema, made once per process and language: drawing it takes seconds."""
    with translation.override(language):
        found: Schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
        # Lazy words are settled while this language is on.
        settled: Schema = json.loads(json.dumps(found, default=str))
        return settled


@lru_cache(maxsize=8)
def rooms_in(language: str) -> tuple[Room, ...]:
    """What the pages draw, in this language; `schema_in` for whoever wants the file."""
    schema = schema_in(language)
    reader = _Reader(schema)
    drawn = [
        (tag, reader.operation(method, path, stated)) for tag, method, path, stated in _operations(schema)
    ]
    named = {tag for _slug, _title, tags in ROOMS for tag in tags}
    rooms = []
    for slug, title, tags in ROOMS:
        here = tuple(each for tag, each in drawn if (tag if tag in named else "…") in tags)
        rooms.append(Room(slug, str(title), here, reader.shapes_of(here)))
    return tuple(room for room in rooms if room.operations)


def _operations(schema: Schema) -> Iterator[tuple[str, str, str, Schema]]:
    for path, methods in schema["paths"].items():
        for method, stated in methods.items():
            yield (stated.get("tags") or [""])[0], method.upper(), path, stated


def _choices(part: Schema) -> tuple[tuple[str, str], ...]:
    words = dict(CHOICE.findall(part.get("description", "")))
    return tuple((value, words.get(value, "")) for value in map(str, part.get("enum", ())) if value)


def _plain(part: Schema) -> str:
    """A description without the list of choices appended to it."""
    return CHOICE.sub("", part.get("description", "")).strip()


class _Reader:
    """Reads operations and shapes, following the schema's references."""

    def __init__(self, schema: Schema) -> None:
        self.named: Schema = schema["components"]["schemas"]

    def operation(self, method: str, path: str, stated: Schema) -> Operation:
        parameters = tuple(
            self.field(
                each["name"],
                {**each.get("schema", {}), "description": each.get("description", "")},
                each.get("required", False),
            )
            for each in stated.get("parameters", ())
        )
        shape = _content(stated.get("requestBody", {}))
        answers = tuple(
            Answer(code, str(each.get("description", "")), self.kind(_content(each))[1])
            for code, each in sorted(stated["responses"].items())
        )
        return Operation(
            anchor=stated["operationId"].replace("_", "-"),
            method=method,
            path=path,
            does=tuple(filter(None, (stated.get("summary"), stated.get("description")))),
            parameters=parameters,
            body=self.fields(self.whole(shape)),
            answers=answers,
            example=self.example(method, path, stated),
        )

    def shapes_of(self, operations: tuple[Operation, ...]) -> tuple[Shape, ...]:
        """The shapes these operations name, those that they name, and so on."""
        waiting = {part.shape for each in operations for part in each.body}
        waiting |= {answer.shape for each in operations for answer in each.answers}
        found: dict[str, Shape] = {}
        while waiting:
            name = waiting.pop()
            if name and name not in found:
                part = self.named[name]
                found[name] = Shape(name, _plain(part), self.fields(part), _choices(part))
                waiting |= {field.shape for field in found[name].fields}
        return tuple(found[name] for name in sorted(found))

    def fields(self, part: Schema) -> tuple[Field, ...]:
        required = part.get("required", ())
        return tuple(
            self.field(name, each, name in required) for name, each in part.get("properties", {}).items()
        )

    def field(self, name: str, part: Schema, is_required: bool) -> Field:
        kind, shape = self.kind(part)
        limits = [f"{key} {part[key]}" for key in ("maxLength", "minimum", "maximum") if key in part]
        if part.get("default") not in (None, ""):
            limits.append(f"default {json.dumps(part['default'], ensure_ascii=False)}")
        notes = " · ".join(filter(None, [_plain(part), *limits]))
        return Field(name, kind, bool(is_required), shape, notes, _choices(part))

    def kind(self, part: Schema) -> tuple[str, str]:
        """(what kind of value in words of JSON, the shape it refers to or "")."""
        if "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[-1]
            return ("string" if "enum" in self.named[name] else "object"), name
        for several in ("oneOf", "allOf", "anyOf"):
            kinds = [self.kind(each) for each in part.get(several, ()) if each]
            if kinds:
                return next((each for each in kinds if each[1] not in {"BlankEnum", "NullEnum"}), kinds[0])
        if part.get("type") == "array":
            kind, shape = self.kind(part.get("items", {}))
            return f"{kind}[]", shape
        stated = part.get("type", "any")
        kinds_of = stated if isinstance(stated, list) else [stated]
        named = part.get("format", "")
        first = f"{kinds_of[0]} ({named})" if named and named != "int64" else kinds_of[0]
        return " | ".join([first, *kinds_of[1:]]), ""

    def whole(self, part: Schema) -> Schema:
        return self.named[part["$ref"].rsplit("/", 1)[-1]] if "$ref" in part else part

    def example(self, method: str, path: str, stated: Schema) -> str:
        lines = ["curl" if method == "GET" else f"curl -X {method}"]
        lines[0] += f' "$PORTAL{re.sub("{id}", "7", path).replace("{key}", "$KEY")}"'
        if any(each for each in stated.get("security", ())):
            lines.append('-H "Authorization: Bearer $TOKEN"')
        if method != "GET":
            lines.append('-H "Idempotency-Key: $(uuidgen)"')
        body = _content(stated.get("requestBody", {}))
        if body:
            lines += self._sent(body, is_form="multipart/form-data" in stated["requestBody"]["content"])
        return " \\\n  ".join(lines)

    def _sent(self, body: Schema, *, is_form: bool) -> list[str]:
        sample = self.sample(body)
        if is_form:
            files = {name for name, each in self.whole(body)["properties"].items() if _is_file(each)}
            typed = {name: "@file" if name in files else value for name, value in sample.items()}
            return [f"-F '{name}={value}'" for name, value in typed.items()]
        shown = json.dumps(sample, ensure_ascii=False, indent=2)
        return ['-H "Content-Type: application/json"', f"-d '{shown}'"]

    def sample(self, part: Schema) -> Any:
        """The smallest value that answers the description: required fields only."""
        part = self.whole(part)
        for several in ("oneOf", "allOf", "anyOf"):
            if part.get(several):
                return self.sample(part[several][0])
        if part.get("enum"):
            return part["enum"][0]
        kind = part.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            wanted = part.get("required", ())
            return {
                name: self.sample(each) for name, each in part.get("properties", {}).items() if name in wanted
            }
        plain: dict[Any, Any] = {"integer": part.get("minimum", 1), "boolean": False, "array": []}
        return plain.get(kind, SAMPLES.get(str(part.get("format", "")), "…"))


def _is_file(stated: Schema) -> bool:
    return bool(stated.get("format") == "binary")


def _content(stated: Schema) -> Schema:
    kinds: Mapping[str, Schema] = stated.get("content", {})
    return next((kind.get("schema", {}) for kind in kinds.values()), {})
