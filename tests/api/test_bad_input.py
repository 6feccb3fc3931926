"""Whatever is sent, the answer is a precise 4xx problem document and nothing is kept."""

import json
from typing import Any

import pytest

from core.tenancy import company_scope
from customers.models import Party
from products import services
from products.models import Product, ProductGroup
from tests.api.conftest import ApiClient, pointers, problem
from users.models import Company

NOBODY = "0197c0de-1234-7abc-8def-0123456789ab"
GOOD = {"name": "Filtre", "unit_price": "24.90"}


def kept(company: Company) -> int:
    with company_scope(company.pk):
        return Product.objects.count() + Party.objects.count() + ProductGroup.objects.count()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": None}, ("/name", "null")),
        ({"name": ""}, ("/name", "blank")),
        ({"name": "   "}, ("/name", "blank")),
        ({"name": 5}, ("/name", "invalid")),
        ({"name": True}, ("/name", "invalid")),
        ({"name": ["Filtre"]}, ("/name", "invalid")),
        ({"name": {"fr": "Filtre"}}, ("/name", "invalid")),
        ({"name": "x" * 201}, ("/name", "max_length")),
        ({"unit_price": "abc"}, ("/unit_price", "invalid")),
        ({"unit_price": True}, ("/unit_price", "invalid")),
        ({"unit_price": None}, ("/unit_price", "null")),
        ({"unit_price": []}, ("/unit_price", "invalid")),
        ({"unit_price": ""}, ("/unit_price", "invalid")),
        ({"unit_price": " 5"}, ("/unit_price", "invalid")),
        ({"unit_price": "5\n"}, ("/unit_price", "invalid")),
        ({"unit_price": "+5"}, ("/unit_price", "invalid")),
        ({"unit_price": "1e3"}, ("/unit_price", "invalid")),
        ({"unit_price": "1_000"}, ("/unit_price", "invalid")),
        ({"unit_price": "1,5"}, ("/unit_price", "invalid")),
        ({"unit_price": "٥"}, ("/unit_price", "invalid")),
        ({"unit_price": "NaN"}, ("/unit_price", "invalid")),
        ({"unit_price": "Infinity"}, ("/unit_price", "invalid")),
        ({"unit_price": "-1"}, ("/unit_price", "min_value")),
        ({"unit_price": -1}, ("/unit_price", "min_value")),
        ({"unit_price": "1.00001"}, ("/unit_price", "places")),
        ({"unit_price": "10000000000"}, ("/unit_price", "digits")),
        ({"unit_price": 10**30}, ("/unit_price", "digits")),
        ({"unit_price": 10**4000}, ("/unit_price", "digits")),
        ({"price_includes_vat": "true"}, ("/price_includes_vat", "invalid")),
        ({"price_includes_vat": 1}, ("/price_includes_vat", "invalid")),
        ({"price_includes_vat": []}, ("/price_includes_vat", "invalid")),
        ({"vat_rate": "19.00"}, ("/vat_rate", "one_of")),
        ({"unit": "parsec"}, ("/unit", "invalid_choice")),
        ({"unit": 62}, ("/unit", "invalid_choice")),
        ({"unit": {}}, ("/unit", "invalid_choice")),
        ({"group": NOBODY}, ("/group", "unknown")),
        ({"group": NOBODY.replace("-", "")}, ("/group", "invalid")),
        ({"group": "../"}, ("/group", "invalid")),
        ({"group": 1}, ("/group", "invalid")),
        ({"description": "a\0b"}, ("/description", "invalid_characters")),
        ({"description": "\ud800"}, ("/description", "invalid_characters")),
        ({"description": "bell\a"}, ("/description", "invalid_characters")),
        ({"na\0me": "x"}, ("", "invalid_characters")),
        ({"colour": "red"}, ("/colour", "unknown_field")),
        ({"a/b~c": "red"}, ("/a~1b~0c", "unknown_field")),
        ({"id": NOBODY}, ("/id", "read_only")),
        ({"created_at": "2026-01-01T00:00:00Z"}, ("/created_at", "read_only")),
    ],
)
def test_a_wrong_field_is_named(api: ApiClient, company: Company, fields: dict[str, Any], expected: Any) -> None:
    answer = api.send("products/", {**GOOD, **fields})
    assert answer.status_code == 422
    assert pointers(answer) == [expected]
    assert kept(company) == 0


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"", 422),
        (b"nonsense", 400),
        (b'{"name": "a", "name": "b"}', 400),
        (b'{"name": "a", "unit_price": NaN}', 400),
        (b'{"name": "a", "unit_price": -Infinity}', 400),
        (b'{"name": "a", "unit_price": 1e999999999999999999999}', 400),
        (b'{"name": "a", "unit_price": 1e9999}', 422),
        (b'{"name": "a", "unit_price": 1e-9999}', 422),
        (b'{"name": "a", "unit_price": ' + b"9" * 5000 + b"}", 400),
        (b'{"name": "\xff"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"[" * 100_000, 400),
        (b'{"name": ' + b"[" * 40 + b"]" * 40 + b"}", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b"12", 422),
    ],
)
def test_a_broken_body_is_refused(api: ApiClient, company: Company, raw: bytes, status: int) -> None:
    answer = api.call("POST", "products/", raw=raw)
    assert answer.status_code == status, answer.content
    problem(answer)
    assert kept(company) == 0


def test_exact_numbers_are_taken_as_they_are(api: ApiClient) -> None:
    made = api.call("POST", "products/", raw=b'{"name": "a", "unit_price": 24.9, "purchase_price": 3}')
    assert made.status_code == 201
    assert (made.json()["unit_price"], made.json()["purchase_price"]) == ("24.9000", "3.0000")
    assert pointers(api.call("POST", "products/", raw=b'{"name": "a", "unit_price": 0.30000000000000004}')) == [
        ("/unit_price", "places")
    ]


def test_every_fault_of_a_body_is_named_at_once(api: ApiClient) -> None:
    body = {"unit_price": "x", "colour": "red", "is_active": 1}
    assert pointers(api.send("products/", body)) == [
        ("/colour", "unknown_field"),
        ("/is_active", "invalid"),
        ("/name", "required"),
        ("/unit_price", "invalid"),
    ]


def test_a_row_of_a_list_is_named_by_its_place(api: ApiClient, company: Company) -> None:
    body = {"name": "Dupont", "contacts": [{"name": "Anne"}, {"email": "nobody", "age": 5}]}
    expected = [
        ("/contacts/1/age", "unknown_field"),
        ("/contacts/1/email", "invalid"),
        ("/contacts/1/name", "required"),
    ]
    assert pointers(api.send("customers/", body)) == expected
    assert kept(company) == 0
    made = api.send("customers/", {"name": "Dupont"}).json()
    assert pointers(api.change(f"customers/{made['id']}/", {"contacts": body["contacts"]})) == expected
    assert pointers(api.change(f"customers/{made['id']}/", {"contacts": "Anne"})) == [("/contacts", "not_a_list")]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_another_media_type_is_415(api: ApiClient, company: Company, content_type: str) -> None:
    answer = api.call("POST", "products/", raw=json.dumps(GOOD).encode(), **{"Content-Type": content_type})
    assert answer.status_code == 415
    problem(answer)
    assert kept(company) == 0


def test_a_text_of_ten_megabytes_is_413(api: ApiClient, company: Company) -> None:
    answer = api.send("products/", {"name": "x" * 10_000_000})
    assert answer.status_code == 413
    problem(answer)
    assert kept(company) == 0


def test_an_answer_in_another_form_is_406(api: ApiClient) -> None:
    answer = api.read("products/", Accept="application/xml")
    assert answer.status_code == 406
    problem(answer)


def test_an_unknown_address_or_method_is_a_problem_document(api: ApiClient) -> None:
    for path in ("nothing/", "products", f"products/{NOBODY}/", "products/12/", f"products/{NOBODY}/issue/", ""):
        answer = api.read(path)
        assert answer.status_code == 404, path
        assert problem(answer)["title"] == "Not Found"
    refused = api.remove("products/")
    assert refused.status_code == 405
    assert refused["Allow"] == "GET, HEAD, POST"
    problem(refused)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "?limit"),
        ("limit=501", "?limit"),
        ("limit=-1", "?limit"),
        ("limit=many", "?limit"),
        ("limit=" + "9" * 5000, "?limit"),
        ("cursor=nonsense", "?cursor"),
        ("cursor=", "?cursor"),
        ("cursor=bnVsbA", "?cursor"),
        ("cursor=WyJuIiwibnVtYmVyLGlkIixbIlAxIiwibm8iXV0", "?cursor"),
        ("cursor=WyJuIiwibnVtYmVyLGlkIixbbnVsbCxudWxsXV0", "?cursor"),
        ("cursor=WyJuIiwibnVtYmVyLGlkIixbMSwyXV0", "?cursor"),
        ("ordering=", "?ordering"),
        ("ordering=colour", "?ordering"),
        ("ordering=--name", "?ordering"),
        ("ordering=name,name,name,name", "?ordering"),
        ("fields=colour", "?fields"),
        ("expand=name", "?expand"),
        ("colour=red", "?colour"),
        ("is_active=1", "?is_active"),
        ("unit_price=x", "?unit_price"),
        ("unit_price__gte=NaN", "?unit_price__gte"),
        ("purchase_price__gte=", "?purchase_price__gte"),
        ("group=5", "?group"),
        ("unit=parsec", "?unit"),
        ("created_at__gt=yesterday", "?created_at__gt"),
        ("created_at__gt=0000-00-00T00:00:00Z", "?created_at__gt"),
        ("created_at__gt=9999-12-31T23:59:59-23:00", "?created_at__gt"),
        ("name=a%00b", "?name"),
        ("search=a%00b", "?search"),
        ("search=" + "a" * 201, "?search"),
        ("id=5", "?id"),
    ],
)
def test_a_wrong_parameter_is_named(api: ApiClient, query: str, pointer: str) -> None:
    answer = api.read(f"products/?{query}")
    assert answer.status_code == 400, answer.content
    assert [name for name, _code in pointers(answer)] == [pointer]


def test_a_parameter_of_a_write_is_refused_before_anything_is_kept(api: ApiClient, company: Company) -> None:
    assert api.send("products/?dry_run=true", GOOD).status_code == 400
    assert api.send("products/?fields=colour", GOOD).status_code == 400
    assert kept(company) == 0


@pytest.mark.parametrize("path", ["products/", "customers/", "product-groups/", "users/"])
@pytest.mark.parametrize("body", [{}, [], None, "x", {"name": {}}, {"email": 5}, {"\u0000": 1}])
def test_no_body_is_a_fault_of_ours(api: ApiClient, path: str, body: Any) -> None:
    answer = api.send(path, body)
    assert answer.status_code == 422
    assert pointers(answer)


def test_a_fault_of_ours_is_a_problem_document_too(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(services, "create_product", fail)
    api.raise_request_exception = False
    answer = api.send("products/", GOOD)
    assert answer.status_code == 500
    assert "broken" not in answer.content.decode()
    problem(answer)


def test_every_answer_carries_the_id_of_its_request(api: ApiClient) -> None:
    assert api.read("products/", X_Request_Id="caller-0001")["X-Request-Id"] == "caller-0001"
    made = api.read("nothing/", X_Request_Id="bad id")["X-Request-Id"]
    assert len(made) == 32
    assert made != api.read("nothing/")["X-Request-Id"]
