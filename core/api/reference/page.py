"""What the page of the reference prints, read from the OpenAPI document: sections, operations, fields, examples."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any

from core.api.reference import commands, types
from core.api.reference.document import content, resolved
from core.api.reference.types import Field

_SCOPE = re.compile(r"\n*Scope: `([a-z_]+:[a-z]+)`\.(.*)\Z", re.DOTALL)
_ADDRESS = "/api/v1"


@dataclass(frozen=True)
class Answer:
    status: str
    title: str
    description: str
    media_type: str = ""
    fields: tuple[Field, ...] = ()
    example: str = ""
    anchor: str = ""

    @property
    def is_success(self) -> bool:
        return self.status < "400"


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    condition: str
    parameters: tuple[Field, ...]
    filters: tuple[Field, ...]
    body_type: str
    body: tuple[Field, ...]
    command: str
    answers: tuple[Answer, ...]

    @property
    def success(self) -> Answer:
        return self.answers[0]

    @property
    def others(self) -> tuple[Answer, ...]:
        return self.answers[1:]

    @property
    def short_path(self) -> str:
        """Without what all of them start with."""
        return self.path.removeprefix(_ADDRESS)


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    description: str
    operations: tuple[Operation, ...] = ()


@dataclass(frozen=True)
class Message:
    """One kind of webhook."""

    anchor: str
    name: str
    summary: str


@dataclass(frozen=True)
class Thing:
    """A named schema."""

    anchor: str
    name: str
    description: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Page:
    title: str
    version: str
    introduction: str
    sections: tuple[Section, ...]
    webhooks: Section
    messages: tuple[Message, ...]
    headers: tuple[Field, ...]
    payload: tuple[Field, ...]
    payload_example: str
    problems: tuple[Answer, ...]
    answer_headers: tuple[Field, ...]
    things: tuple[Thing, ...] = field(default=())

    @property
    def count(self) -> int:
        return sum(len(section.operations) for section in self.sections)


@cache
def page() -> Page:
    """All of it; made once for each process."""
    document = content()
    hooks = list(document["webhooks"].items())
    told = hooks[0][1]["post"]
    carried = told["requestBody"]["content"]["application/json"]
    return Page(
        title=document["info"]["title"],
        version=document["info"]["version"],
        introduction=document["info"]["description"],
        sections=tuple(_section(tag) for tag in document["tags"]),
        webhooks=Section("webhooks", "Webhooks", told["description"]),
        messages=tuple(Message(one["post"]["operationId"], name, f"{one['post']['summary']}.") for name, one in hooks),
        headers=tuple(types.parameter(one) for one in told["parameters"]),
        payload=types.fields(carried["schema"]),
        payload_example=_text(carried["example"]),
        problems=tuple(_problem(name, one) for name, one in _problems()),
        answer_headers=tuple(
            Field(name, types.label(one["schema"]), one["description"])
            for name, one in document["components"]["headers"].items()
        ),
        things=tuple(
            Thing(types.anchor(name), name, schema.get("description", ""), types.fields(schema))
            for name, schema in document["components"]["schemas"].items()
        ),
    )


def _section(tag: Mapping[str, str]) -> Section:
    anchor = re.sub(r"[^a-z]+", "-", tag["name"].lower())
    return Section(anchor, tag["name"], tag["description"], tuple(_operations(tag["name"])))


def _operations(tag: str) -> Iterator[Operation]:
    for path, methods in content()["paths"].items():
        for method, told in methods.items():
            if tag in told["tags"]:
                yield _operation(path, method.upper(), told)


def _operation(path: str, method: str, told: Mapping[str, Any]) -> Operation:
    parameters = [resolved(one) for one in told["parameters"]]
    plain, filters = _split(parameters)
    scope = _SCOPE.search(told["description"])
    body_type, body = _body(told)
    return Operation(
        anchor=told["operationId"],
        method=method,
        path=path,
        summary=told["summary"],
        description=_SCOPE.sub("", told["description"]).removeprefix(f"{told['summary']}.").strip(),
        scope=scope[1] if scope else "",
        condition=scope[2].strip() if scope else "",
        parameters=tuple(types.parameter(one) for one in plain),
        filters=tuple(types.parameter(one) for one in filters),
        body_type=body_type,
        body=body,
        command=commands.curl(path, method, told, parameters),
        answers=tuple(_answers(told)),
    )


_SHARED = {"limit", "cursor", "ordering", "search", "fields", "expand"}


def _split(parameters: Iterable[Mapping[str, Any]]) -> tuple[list[Any], list[Any]]:
    """What steers the call, and the filters of a list, which are many."""
    parameters = list(parameters)
    is_list = any(one["name"] == "cursor" for one in parameters)
    filters = [one for one in parameters if is_list and one["in"] == "query" and one["name"] not in _SHARED]
    return [one for one in parameters if one not in filters], filters


def _body(told: Mapping[str, Any]) -> tuple[str, tuple[Field, ...]]:
    for media_type, one in told.get("requestBody", {}).get("content", {}).items():
        return media_type, types.fields(one["schema"])
    return "", ()


def _answers(told: Mapping[str, Any]) -> Iterator[Answer]:
    """The answer of success first, then the refusals as links to where they are explained."""
    for status, given in told["responses"].items():
        answer = resolved(given)
        if "$ref" in given:
            anchor = f"error-{status}"
            yield Answer(status, _title(status), answer["description"], anchor=anchor)
        else:
            yield _told_answer(status, answer)


def _told_answer(status: str, answer: Mapping[str, Any]) -> Answer:
    for media_type, one in answer.get("content", {}).items():
        shown = one.get("example")
        if shown is None and "examples" in one:
            shown = resolved(next(iter(one["examples"].values())))["value"]
        return Answer(
            status,
            _title(status),
            answer["description"],
            media_type,
            types.fields(one["schema"]),
            "" if shown is None else _text(shown),
        )
    return Answer(status, _title(status), answer["description"])


def _problems() -> list[tuple[str, dict[str, Any]]]:
    """The shared refusals, by status."""
    found = content()["components"]["responses"]
    shown = {name: one["content"]["application/problem+json"]["example"]["status"] for name, one in found.items()}
    return [(str(shown[name]), one) for name, one in sorted(found.items(), key=lambda pair: shown[pair[0]])]


def _problem(status: str, answer: Mapping[str, Any]) -> Answer:
    carried = answer["content"]["application/problem+json"]
    return Answer(
        status, _title(status), answer["description"], example=_text(carried["example"]), anchor=f"error-{status}"
    )


def _title(status: str) -> str:
    return HTTPStatus(int(status)).phrase


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
