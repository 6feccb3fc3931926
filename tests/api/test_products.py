"""Products and groups over the API."""

from typing import Any

import pytest

from activity.models import Event
from core.tenancy import company_scope
from products.models import Product, ProductGroup
from tests.api.conftest import ApiClient, pointers, problem
from users.models import Company


def test_a_product_is_created_with_exact_amounts_and_its_address(api: ApiClient) -> None:
    group = api.send("product-groups/", {"name": "Froid", "margin_percent": "12.5"})
    assert group.status_code == 201
    assert group.json()["margin_percent"] == "12.50"
    body = {"number": "P0042", "name": "Filtre", "unit_price": "24.9", "unit": "C62", "group": group.json()["id"]}
    answer = api.send("products/", body)
    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == f"/api/v1/products/{made['id']}/"
    assert answer["ETag"] == api.read(answer["Location"])["ETag"]
    assert {name: made[name] for name in set(made) - {"id", "created_at", "updated_at"}} == {
        "number": "P0042",
        "name": "Filtre",
        "description": "",
        "group": group.json()["id"],
        "unit": "C62",
        "unit_price": "24.9000",
        "price_includes_vat": False,
        "vat_rate": "21.00",
        "renovation_rate": "allowed",
        "purchase_price": None,
        "ledger_account": "",
        "ean": "",
        "external_id": "",
        "is_active": True,
    }


def test_a_product_is_changed_in_part_and_archived(api: ApiClient, products: dict[str, Product]) -> None:
    path = f"products/{products['P0001'].pk}/"
    changed = api.change(path, {"unit_price": 25, "is_active": False})
    assert changed.status_code == 200
    assert (changed.json()["unit_price"], changed.json()["is_active"], changed.json()["name"]) == (
        "25.0000",
        False,
        "Filtre G4 592x592",
    )
    actions = list(Event.objects.filter(object_id=products["P0001"].pk).values_list("action", flat=True))
    assert actions == ["products.product.updated", "products.product.archived"]
    assert api.remove(path).status_code == 405


def test_a_number_that_is_taken_is_refused_with_its_pointer(api: ApiClient, products: dict[str, Product]) -> None:
    answer = api.send("products/", {"number": "P0001", "name": "Autre"})
    assert answer.status_code == 422
    assert pointers(answer) == [("/number", "taken")]
    assert problem(answer)["type"] == "urn:efactori:problem:taken"
    assert Product.objects.count() == 2


def test_a_group_in_use_stays(api: ApiClient, products: dict[str, Product]) -> None:
    group = products["P0001"].group
    assert group is not None
    answer = api.remove(f"product-groups/{group.pk}/")
    assert answer.status_code == 409
    assert [error["code"] for error in problem(answer)["errors"]] == ["group_in_use"]
    empty = api.send("product-groups/", {"name": "Vide"}).json()
    assert api.remove(f"product-groups/{empty['id']}/").status_code == 204
    assert list(ProductGroup.objects.values_list("name", flat=True)) == ["Froid"]


def test_bulk_takes_each_item_by_itself(api: ApiClient, company: Company) -> None:
    items: list[Any] = [
        {"number": "A1", "name": "Un"},
        {"number": "A1", "name": "Deux"},
        {"name": "Trois", "unit_price": "-1", "colour": "red"},
        "nonsense",
        {"number": "A5", "name": "Cinq"},
    ]
    answer = api.send("products/bulk/", items)
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [(row["index"], row["status"]) for row in results] == [(0, 201), (1, 422), (2, 422), (3, 422), (4, 201)]
    faults = [[(error["pointer"], error["code"]) for error in row.get("errors", [])] for row in results]
    assert faults == [
        [],
        [("/number", "taken")],
        [("/unit_price", "min_value"), ("/colour", "unknown_field")],
        [("", "invalid_type")],
        [],
    ]
    with company_scope(company.pk):
        kept = dict(Product.objects.values_list("number", "pk"))
    assert kept.keys() == {"A1", "A5"}
    assert [results[0]["id"], results[4]["id"]] == [str(kept["A1"]), str(kept["A5"])]


def test_bulk_takes_five_hundred_and_no_more(api: ApiClient, company: Company) -> None:
    refused = api.send("products/bulk/", [{"name": f"n{n}"} for n in range(501)])
    assert refused.status_code == 422
    assert pointers(refused) == [("", "too_many")]
    with company_scope(company.pk):
        assert Product.objects.count() == 0
    answer = api.send("products/bulk/", [{"name": f"n{n}", "number": f"N{n}"} for n in range(500)])
    assert [row["status"] for row in answer.json()["results"]] == [201] * 500
    with company_scope(company.pk):
        assert Product.objects.count() == 500


@pytest.mark.parametrize("body", [{"name": "a"}, "x", None, {}])
def test_bulk_wants_an_array(api: ApiClient, body: Any) -> None:
    assert pointers(api.send("products/bulk/", body)) == [("", "invalid_type")]
