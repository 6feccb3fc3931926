from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from core.tenancy import company_scope
from products import services
from products.models import Product, ProductGroup
from users.models import Company


def form(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "Filtre F7", "number": "", "unit": "C62", "unit_price": "31,50", "vat_rate": "21.00",
        "renovation_rate": "allowed",
    }  # fmt: skip
    return {**fields, **changes}


def numbers(answer: Any) -> list[str]:
    return [product.number for product in answer.context["page"]]


def test_the_list_filters_by_words_group_and_state(
    as_bob: Client, scope: Company, products: dict[str, Product]
) -> None:
    services.create_product(company=scope, by=None, name="Old", number="A1")
    services.archive_product(Product.objects.get(number="A1"), by=None)
    group = products["P0001"].group
    assert numbers(as_bob.get("/products/")) == ["P0001", "P0007"]
    assert numbers(as_bob.get("/products/?q=410")) == ["P0007"]
    assert numbers(as_bob.get("/products/?state=archived")) == ["A1"]
    assert numbers(as_bob.get(f"/products/?group={group.pk}&state=all")) == ["P0001", "P0007"]


@pytest.mark.parametrize("query", ["q=%00", "group=x", "group=%00", "page=" + "9" * 40, "state=x"])
def test_a_strange_query_is_no_failure(as_alice: Client, products: dict[str, Product], query: str) -> None:
    assert as_alice.get(f"/products/?{query}").status_code == 200


def test_a_product_is_made(as_alice: Client, scope: Company, products: dict[str, Product]) -> None:
    group = products["P0001"].group
    answer = as_alice.post("/products/new/", form(group=str(group.pk), price_includes_vat="on", unit_price="121"))
    assert answer.url == "/products/"
    product = Product.objects.get(number="P0008")
    assert (product.unit_price, product.net_unit_price, product.group) == (Decimal(121), Decimal("100.000000"), group)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("unit_price", "-1"),
        ("unit_price", "1e9999999"),
        ("unit_price", "1,23456"),
        ("unit_price", "Infinity"),
        ("unit_price", ""),
        ("name", "a\x00"),
        ("vat_rate", "20"),
        ("unit", "XXX"),
        ("group", "00000000-0000-7000-8000-000000000000"),
        ("number", "P0001"),
    ],
)
def test_a_bad_field_comes_back_with_its_error(
    as_alice: Client, scope: Company, products: dict[str, Product], field: str, value: str
) -> None:
    answer = as_alice.post("/products/new/", form(**{field: value}))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert Product.objects.count() == 2


def test_a_product_is_edited_archived_and_activated(as_alice: Client, products: dict[str, Product]) -> None:
    product = products["P0001"]
    assert 'value="24,90"' in as_alice.get(f"/products/{product.pk}/edit/").content.decode()
    as_alice.post(f"/products/{product.pk}/edit/", form(name="Filtre G4", number="P0001", unit_price="25,1234"))
    product.refresh_from_db()
    assert (product.name, product.unit_price, product.group) == ("Filtre G4", Decimal("25.1234"), None)
    as_alice.post(f"/products/{product.pk}/archive/")
    product.refresh_from_db()
    assert not product.is_active
    as_alice.post(f"/products/{product.pk}/activate/")
    product.refresh_from_db()
    assert product.is_active


def test_groups_are_made_renamed_and_deleted_when_empty(
    as_alice: Client, scope: Company, products: dict[str, Product]
) -> None:
    assert as_alice.post("/products/groups/new/", {"name": "Vide"}).status_code == 302
    assert "name" in as_alice.post("/products/groups/new/", {"name": "Vide"}).context["form"].errors
    empty, full = ProductGroup.objects.get(name="Vide"), ProductGroup.objects.get(name="Froid")
    as_alice.post(f"/products/groups/{full.pk}/edit/", {"name": "Climatisation", "margin_percent": "30,5"})
    for group in (empty, full):
        as_alice.post(f"/products/groups/{group.pk}/delete/")
    left = ProductGroup.objects.get()
    assert (left.name, left.margin_percent) == ("Climatisation", Decimal("30.50"))
    page = as_alice.get("/products/groups/")
    assert [(group.name, group.active) for group in page.context["groups"]] == [("Climatisation", 2)]


def test_an_outsider_finds_no_product_of_ours(
    as_charlie: Client, scope: Company, products: dict[str, Product], other_company: Company
) -> None:
    product = products["P0001"]
    group = product.group
    for path in (f"/products/{product.pk}/edit/", f"/products/groups/{group.pk}/edit/"):
        assert as_charlie.get(path).status_code == 404
        assert as_charlie.post(path, form()).status_code == 404
    for path in (f"{product.pk}/archive/", f"{product.pk}/activate/", f"groups/{group.pk}/delete/"):
        assert as_charlie.post(f"/products/{path}").status_code == 404
    assert "group" in as_charlie.post("/products/new/", form(group=str(group.pk))).context["form"].errors
    with company_scope(other_company.pk):
        assert not Product.objects.exists()
    product.refresh_from_db()
    assert (product.name, product.is_active) == ("Filtre G4 592x592", True)


def test_the_list_costs_the_same_for_any_number(
    as_alice: Client, scope: Company, products: dict[str, Product], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        as_alice.get("/products/")
    group = products["P0001"].group
    rows = [Product(company=scope, number=f"X{n}", name=f"Part {n}", group=group) for n in range(60)]
    Product.objects.bulk_create(rows)
    with django_assert_num_queries(7):
        assert len(as_alice.get("/products/").context["page"]) == 50


def test_a_price_is_changed_in_the_list(as_bob: Client, products: dict[str, Product]) -> None:
    product = products["P0001"]
    url = f"/products/{product.pk}/price/"
    assert 'name="unit_price"' not in as_bob.get("/products/").content.decode()
    assert 'name="unit_price" value="24,90"' in as_bob.get(url).content.decode()
    assert "<form" not in as_bob.get(f"{url}?keep=yes").content.decode()
    answer = as_bob.post(url, {"unit_price": "26,4550"})
    assert answer.status_code == 200
    assert "26,455" in answer.content.decode()
    assert "toast" in answer["HX-Trigger"]
    product.refresh_from_db()
    assert product.unit_price == Decimal("26.4550")


@pytest.mark.parametrize("typed", ["", "-1", "abc", "1,23456", "99999999999", "\0", "NaN"])
def test_a_price_that_cannot_be_stays_in_its_field(as_bob: Client, products: dict[str, Product], typed: str) -> None:
    product = products["P0001"]
    answer = as_bob.post(f"/products/{product.pk}/price/", {"unit_price": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    product.refresh_from_db()
    assert product.unit_price == Decimal("24.9000")


def test_nobody_elses_price_is_changed(as_charlie: Client, products: dict[str, Product]) -> None:
    product = products["P0001"]
    assert as_charlie.post(f"/products/{product.pk}/price/", {"unit_price": "1"}).status_code == 404
    product.refresh_from_db()
    assert product.unit_price == Decimal("24.9000")
