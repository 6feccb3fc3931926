"""The OpenAPI document: complete, valid, the one that is committed, and true to what views declare."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from core.api.openapi.generator import Generator

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.yaml"
METHODS = {"get", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    made = Generator().get_schema()
    assert not GENERATOR_STATS, dict(GENERATOR_STATS._warn_cache)
    return made


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolved(document: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """What a `$ref` names."""
    while "$ref" in content:
        found: Any = document
        for step in content["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        content = found
    return content


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate_schema(document)


def test_the_committed_document_is_the_present_one(document: dict[str, Any]) -> None:
    committed = yaml.safe_load(COMMITTED.read_text())
    assert committed == document, "run: manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml"


def test_every_operation_says_what_it_is(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    ids = []
    for path, method, operation in operations(document):
        assert method in METHODS
        assert operation["summary"], path
        assert not operation["summary"].endswith(".")
        assert "Scope: `" in operation["description"], path
        assert set(operation["tags"]) <= tags
        assert operation["security"] == [{"bearer": []}]
        ids.append(operation["operationId"])
    assert len(ids) == len(set(ids)) >= 69
    assert all(tag["description"] for tag in document["tags"])


def test_every_operation_tells_its_refusals(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        told = set(operation["responses"])
        expected = {"400", "401", "403", "406", "429"} | ({"404"} if "{" in path else set())
        if method in {"post", "patch"}:
            expected |= {"409", "413", "415", "422"}
        if method in {"patch", "delete"}:
            expected |= {"409", "412"}
        assert expected <= told, (path, method)
        for status in told - {"200", "201", "204", "304"}:
            answer = resolved(document, operation["responses"][status])
            assert list(answer["content"]) == ["application/problem+json"]
            assert answer["content"]["application/problem+json"]["example"]["status"] == int(status)


def test_every_answer_tells_its_headers(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        names = {parameter.get("$ref", "").rpartition("/")[2] for parameter in operation["parameters"]}
        success = next(code for code in ("200", "201", "204") if code in operation["responses"])
        headers = set(operation["responses"][success]["headers"])
        assert {"X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= headers
        assert ("IdempotencyKey" in names) == (method == "post"), path
        assert ("IfMatch" in names) == (method in {"patch", "delete"}), path
        assert ("Location" in headers) == (success == "201"), path


def examples(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every JSON body and answer with its schema and its example."""
    sections = [("", document["paths"]), ("webhook ", document["webhooks"])]
    for start, section in sections:
        for path, methods in section.items():
            for method, operation in methods.items():
                contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
                contents += [
                    resolved(document, answer).get("content", {}) for answer in operation["responses"].values()
                ]
                for content in contents:
                    for media_type, told in content.items():
                        if media_type.endswith("json"):
                            shown = told.get("example")
                            if shown is None:
                                shown = resolved(document, told["examples"]["one"])["value"]
                            yield f"{start}{method} {path}", told["schema"], shown


def test_every_example_is_as_its_schema_says(document: dict[str, Any]) -> None:
    registry: Any = Registry().with_resource("urn:api", Resource(contents=document, specification=DRAFT202012))
    wrong = []
    for name, schema, shown in examples(document):
        based = {"$id": "urn:one", **_absolute(schema)}
        checker = jsonschema.Draft202012Validator(
            based, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        wrong += [(name, error.json_path, error.message) for error in checker.iter_errors(shown)]
    assert wrong == []


def _absolute(content: Any) -> Any:
    """The schema with references into the document."""
    if isinstance(content, dict):
        return {name: f"urn:api{value}" if name == "$ref" else _absolute(value) for name, value in content.items()}
    return [_absolute(item) for item in content] if isinstance(content, list) else content


def test_bodies_refuse_what_they_do_not_know_and_answers_do_not(document: dict[str, Any]) -> None:
    for name, component in document["components"]["schemas"].items():
        assert (component.get("additionalProperties") is False) == name.endswith("Request"), name


def test_an_action_is_described_by_its_declaration(document: dict[str, Any]) -> None:
    paths = document["paths"]
    issue = paths["/api/v1/invoices/{id}/issue/"]["post"]
    assert issue["summary"] == "Number the draft and freeze it"
    body = issue["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/IssueRequest"}
    assert next(iter(issue["responses"])) == "200"
    assert "201" in paths["/api/v1/invoices/{id}/credit/"]["post"]["responses"]
    pdf = paths["/api/v1/invoices/{id}/pdf/"]["get"]
    assert list(pdf["responses"]["200"]["content"]) == ["application/pdf"]
    sent = paths["/api/v1/invoices/{id}/send/"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert sent["allOf"][1]["required"] == ["messages"]


def test_fields_tell_their_form(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    product, taken = schemas["Product"]["properties"], schemas["ProductRequest"]
    assert product["unit_price"] == {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{4}$"}
    assert product["purchase_price"]["type"] == ["string", "null"]
    assert product["group"]["anyOf"][1] == {"$ref": "#/components/schemas/Group"}
    assert taken["required"] == ["name"]
    assert "created_at" not in taken["properties"]
    assert "required" not in schemas["PatchedProductRequest"]
    assert taken["properties"]["vat_rate"]["anyOf"][0]["enum"] == ["21.00", "12.00", "6.00", "0.00"]
    state = schemas["Document"]["properties"]["payment_state"]  # of a draft there is none
    assert (state["type"], state["enum"][-1]) == (["string", "null"], None)


def test_a_list_tells_its_parameters(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/api/v1/products/"]["get"]["parameters"]
    names = [resolved(document, parameter)["name"] for parameter in parameters]
    assert names[:4] == ["limit", "cursor", "ordering", "search"]
    assert {"name", "unit_price__gte", "created_at__lt", "group", "fields", "expand"} <= set(names)


def test_what_operations_share_is_told_once(document: dict[str, Any]) -> None:
    """Generated clients make a type of every schema that has no name."""
    listing = document["paths"]["/api/v1/products/"]["get"]
    page = listing["responses"]["200"]["content"]["application/json"]["schema"]
    assert page == {"$ref": "#/components/schemas/ProductPage"}
    parameters = document["components"]["parameters"]
    assert parameters["ProductFields"]["schema"]["items"] == {"$ref": "#/components/schemas/ProductField"}
    assert parameters["DocumentExpand"]["schema"]["items"] == {"$ref": "#/components/schemas/DocumentExpansion"}
    assert "lines.product" in document["components"]["schemas"]["DocumentExpansion"]["enum"]


def test_webhooks_are_told(document: dict[str, Any]) -> None:
    told = document["webhooks"]["invoices.invoice.issued"]["post"]
    schema = told["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["id", "type", "timestamp", "company", "object"]
