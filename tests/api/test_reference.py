"""The reference that is served: the committed document in two forms, and a page that needs nothing from outside."""

import gzip
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
import yaml
from django.test import Client

from tests.api.conftest import problem
from tests.api.operations import COMMITTED, document, operations

DOCS, SCHEMA = "/api/v1/docs/", "/api/v1/schema/"


@pytest.fixture
def page(client: Client) -> str:
    return str(client.get(DOCS).content.decode())


def test_anybody_reads_the_committed_document(client: Client) -> None:
    answer = client.get(SCHEMA)
    assert answer["Content-Type"] == "application/yaml"
    assert answer.content == COMMITTED.read_bytes()


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("", "*/*", "application/yaml"),
        ("", "application/json", "application/json"),
        ("", "application/vnd.oai.openapi+json", "application/json"),
        ("", "application/json;q=0.5, application/yaml", "application/yaml"),
        ("?format=json", "application/yaml", "application/json"),
        ("?format=yaml", "application/json", "application/yaml"),
    ],
)
def test_the_form_is_chosen_by_the_address_before_the_header(
    client: Client, query: str, accept: str, media_type: str
) -> None:
    answer = client.get(SCHEMA + query, headers={"Accept": accept})
    assert answer["Content-Type"] == media_type
    assert "Accept" in answer["Vary"]
    read: Any = json.loads if media_type.endswith("json") else yaml.safe_load
    assert read(answer.content) == document()


def test_another_form_is_refused(client: Client) -> None:
    assert client.get(SCHEMA, headers={"Accept": "text/html"}).status_code == 406
    refused = client.get(SCHEMA + "?format=xml")
    assert refused.status_code == 400
    problem(refused)
    assert client.post(SCHEMA).status_code == 405


@pytest.mark.parametrize("path", [DOCS, SCHEMA])
def test_both_are_kept_by_who_reads_them(client: Client, path: str) -> None:
    first = client.get(path)
    assert first["Cache-Control"] == "public, max-age=300"
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    squeezed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert (squeezed["Content-Encoding"], squeezed["ETag"]) == ("gzip", first["ETag"])
    assert gzip.decompress(squeezed.content) == first.content
    assert len(squeezed.content) < 100_000


class Links(HTMLParser):
    """Ids, links into the page, and what the page loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.inner: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert "style" not in values
        assert not [name for name in values if name.startswith("on")]
        assert tag != "style"
        assert tag != "script" or values.get("src")
        if found := values.get("id"):
            self.ids.append(found)
        if tag == "a" and (values.get("href") or "").startswith("#"):
            self.inner.add((values["href"] or "")[1:])
        elif tag in {"script", "link", "img", "use"}:
            self.loaded.add(values.get("src") or values.get("href") or "")


def test_every_operation_and_message_has_its_address_on_the_page(page: str) -> None:
    links = Links(page)
    assert len(links.ids) == len(set(links.ids))
    assert links.inner <= set(links.ids)
    assert {one.described["operationId"] for one in operations()} <= links.inner
    assert {one["post"]["operationId"] for one in document()["webhooks"].values()} <= links.inner
    assert {f"object-{name}" for name in document()["components"]["schemas"]} <= links.inner
    assert {f"error-{status}" for status in (400, 401, 403, 404, 409, 412, 422, 429)} <= links.inner


def test_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    elsewhere = [path for path in Links(page).loaded if not re.match(r"/(static/|manifest\.webmanifest$)", path)]
    assert elsewhere == []


def test_every_operation_tells_its_scope_and_a_command(page: str) -> None:
    plain = unescape(re.sub(r"<[^>]+>", "", page))
    for operation in operations():
        shown = re.sub(r"{\w+}", "0197c0de-1234-7abc-8def-0123456789ab", operation.path)
        verb = "" if operation.method == "GET" else f"-X {operation.method} "
        assert f"curl {verb}http://testserver{shown} \\" in plain, operation.label
        (scope,) = re.findall(r"Scope: `([a-z_]+:[a-z]+)`", operation.described["description"])
        assert f"Scope {scope}" in plain


def test_a_command_can_be_run_as_it_stands(page: str) -> None:
    copied = [unescape(text) for text in re.findall(r'data-copy="([^"]*)"', page)]
    (made,) = [text for text in copied if text.startswith("curl -X POST http://testserver/api/v1/customers/ ")]
    assert made.splitlines()[1:4] == [
        '  -H "Authorization: Bearer $EFACTORI_TOKEN" \\',
        '  -H "Idempotency-Key: $(uuidgen)" \\',
        '  -H "Content-Type: application/json" \\',
    ]
    body = made.partition("-d '")[2].removesuffix("'")
    assert json.loads(body)["name"] == "Boulangerie Dupont SRL"


def test_the_page_of_tokens_leads_to_the_reference(as_alice: Client) -> None:
    assert f'href="{DOCS}"' in as_alice.get("/api-access/").content.decode()
