"""Lists: pages by cursor, filters, search, order, sparse fields, expansion, and a constant number of queries."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from products.api import GroupView
from products.models import Product, ProductGroup
from tests.api.conftest import ApiClient
from users.models import Company


@pytest.fixture
def shelf(scope: Company) -> list[Product]:
    """Twelve products in two groups, of which two share a price and a name."""
    groups = [ProductGroup.objects.create(company=scope, name=name) for name in ("Froid", "Chaud")]
    return [
        Product.objects.create(
            company=scope,
            number=f"P{n:04d}",
            name=f"Produit {n // 2}",
            unit_price=Decimal(n // 2),
            group=groups[n % 2] if n % 3 else None,
            is_active=n != 5,
        )
        for n in range(12)
    ]


def walk(api: ApiClient, path: str, link: str = "next") -> list[list[str]]:
    pages = []
    while path:
        body = api.read(path).json()
        pages.append([row["number"] for row in body["results"]])
        path = body[link]
    return pages


def test_pages_follow_each_other_in_both_directions(api: ApiClient, shelf: list[Product]) -> None:
    numbers = [product.number for product in shelf]
    pages = walk(api, "products/?limit=5")
    assert pages == [numbers[:5], numbers[5:10], numbers[10:]]
    body = api.read("products/?limit=5").json()
    assert body["previous"] is None
    last = api.read(api.read(body["next"]).json()["next"]).json()
    assert last["next"] is None
    assert walk(api, last["previous"], "previous") == [numbers[5:10], numbers[:5]]


@pytest.mark.parametrize("ordering", ["name", "-name", "unit_price,-number", "-unit_price", "-created_at"])
@pytest.mark.parametrize("limit", [1, 4, 12])
def test_no_order_loses_or_repeats_a_row(api: ApiClient, shelf: list[Product], ordering: str, limit: int) -> None:
    whole = walk(api, f"products/?ordering={ordering}")[0]
    assert sorted(whole) == [product.number for product in shelf]
    pages = walk(api, f"products/?ordering={ordering}&limit={limit}")
    assert [number for page in pages for number in page] == whole


def test_rows_without_a_value_have_their_place(api: ApiClient, scope: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GroupView, "ordering", ("margin_percent",))
    for margin in (None, 5, None, 3, 5, None):
        ProductGroup.objects.create(company=scope, name=f"G{ProductGroup.objects.count()}", margin_percent=margin)
    names = {}
    for ordering in ("margin_percent", "-margin_percent"):
        path: str | None = f"product-groups/?limit=2&ordering={ordering}"
        names[ordering] = []
        while path:
            body = api.read(path).json()
            names[ordering] += [row["name"] for row in body["results"]]
            path = body["next"]
    assert names["margin_percent"] == ["G3", "G1", "G4", "G0", "G2", "G5"]
    assert names["-margin_percent"] == ["G5", "G2", "G0", "G4", "G1", "G3"]


def test_rows_that_come_and_go_shift_nothing(api: ApiClient, shelf: list[Product], scope: Company) -> None:
    first = api.read("products/?limit=5").json()
    Product.objects.create(company=scope, number="P0000a", name="Nouveau")
    Product.objects.get(number="P0004").delete()
    second = api.read(first["next"]).json()
    assert [row["number"] for row in second["results"]] == ["P0005", "P0006", "P0007", "P0008", "P0009"]


def test_a_cursor_of_another_order_is_refused(api: ApiClient, shelf: list[Product]) -> None:
    body = api.read("products/?limit=5").json()
    assert api.read(body["next"] + "&ordering=-name").status_code == 400


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("number=P0003", ["P0003"]),
        ("number=P3", []),
        ("name=Produit%202", ["P0004", "P0005"]),
        ("is_active=false", ["P0005"]),
        ("unit_price=2", ["P0004", "P0005"]),
        ("unit_price__gte=4.0000&unit_price__lt=5", ["P0008", "P0009"]),
        ("search=produit%205", ["P0005", "P0010", "P0011"]),
        ("search=P0011", ["P0011"]),
        ("created_at__lt=2020-01-01T00:00:00Z", []),
        ("created_at__gte=2020-01-01T00:00:00%2B02:00&limit=1", ["P0000"]),
        ("vat_rate=21.00&limit=2", ["P0000", "P0001"]),
        ("vat_rate=6.00", []),
        ("group=0197c0de-1234-7abc-8def-0123456789ab", []),
    ],
)
def test_filters_narrow_the_list(api: ApiClient, shelf: list[Product], query: str, expected: list[str]) -> None:
    assert [row["number"] for row in api.read(f"products/?{query}").json()["results"]] == expected


def test_filters_follow_the_links(api: ApiClient, shelf: list[Product]) -> None:
    group = ProductGroup.objects.get(name="Froid")
    pages = walk(api, f"products/?group={group.pk}&limit=2")
    assert pages == [["P0002", "P0004"], ["P0008", "P0010"]]


def test_sparse_fields_leave_the_rest_out(api: ApiClient, shelf: list[Product]) -> None:
    rows = api.read("products/?fields=number,unit_price&limit=2").json()["results"]
    assert rows == [{"number": "P0000", "unit_price": "0.0000"}, {"number": "P0001", "unit_price": "0.0000"}]
    one = api.read(f"products/{shelf[3].pk}/?fields=number").json()
    assert one == {"number": "P0003"}


def test_expansion_unfolds_the_group(api: ApiClient, shelf: list[Product]) -> None:
    rows = api.read("products/?expand=group&fields=number,group&limit=2").json()["results"]
    assert rows[0] == {"number": "P0000", "group": None}
    assert {name: rows[1]["group"][name] for name in ("name", "ledger_account", "margin_percent")} == {
        "name": "Chaud",
        "ledger_account": "",
        "margin_percent": None,
    }


@pytest.mark.parametrize(
    ("path", "queries"), [("products/", 2), ("products/?expand=group", 3), ("customers/", 4), ("users/", 2)]
)
def test_the_number_of_queries_does_not_follow_the_rows(
    api: ApiClient, shelf: list[Product], scope: Company, dupont: Any, path: str, queries: int
) -> None:
    api.read(path)  # the first use of a token is written
    for limit in ("limit=1", "limit=500"):
        with CaptureQueriesContext(connection) as captured:
            assert api.read(f"{path}{'&' if '?' in path else '?'}{limit}").status_code == 200
        assert len(captured) == queries, [query["sql"] for query in captured]


def test_the_link_keeps_the_other_parameters(api: ApiClient, shelf: list[Product]) -> None:
    link = api.read("products/?limit=2&search=produit&fields=number").json()["next"]
    assert link.startswith("http://testserver/api/v1/products/?limit=2&search=produit&fields=number&cursor=")
