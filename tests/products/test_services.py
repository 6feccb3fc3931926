from decimal import Decimal
from typing import Any

import pytest

from activity.models import Event
from core.errors import Conflict, Refused
from core.tenancy import ForeignCompany, company_scope
from products import services
from products.models import Product, ProductGroup
from users.models import Company, User


def actions(obj: Any) -> list[str]:
    return list(Event.objects.about(obj).values_list("action", flat=True))


def test_a_new_product_takes_the_next_number_and_the_companys_rate(
    scope: Company, alice: User, products: dict[str, Product]
) -> None:
    product = services.create_product(company=scope, by=alice, name="Filtre F7", unit_price=Decimal("31.50"))
    assert (product.number, product.vat_rate, product.unit) == ("P0008", Decimal("21.00"), "C62")
    assert actions(product) == ["products.product.created"]


def test_a_number_is_not_given_twice(scope: Company, alice: User, products: dict[str, Product]) -> None:
    with pytest.raises(Refused) as refused:
        services.create_product(company=scope, by=alice, number="P0001", name="Double")
    assert (refused.value.pointer, refused.value.code) == ("/number", "taken")
    with pytest.raises(Refused) as refused:
        services.update_product(products["P0007"], by=alice, number="P0001")
    assert refused.value.pointer == "/number"
    assert Product.objects.count() == 2


def test_an_external_id_is_not_given_twice(scope: Company, alice: User) -> None:
    services.create_product(company=scope, by=alice, name="A", external_id="x-1")
    with pytest.raises(Refused) as refused:
        services.create_product(company=scope, by=alice, name="B", external_id="x-1")
    assert refused.value.pointer == "/external_id"


@pytest.mark.parametrize("price", ["-0.0001", "NaN", "Infinity", "12345678901.0000", "1.00001"])
def test_an_impossible_price_is_refused(scope: Company, alice: User, price: str) -> None:
    with pytest.raises(Refused) as refused:
        services.create_product(company=scope, by=alice, name="A", unit_price=Decimal(price))
    assert refused.value.pointer == "/unit_price"
    assert not Product.objects.exists()


def test_only_what_changed_is_recorded(scope: Company, alice: User, products: dict[str, Product]) -> None:
    product = products["P0001"]
    services.update_product(product, by=alice, name=product.name, unit_price=Decimal("25.9000"))
    assert Event.objects.about(product).get().data == {"changed": ["unit_price"]}
    services.update_product(product, by=alice, unit_price=Decimal("25.90"))
    assert Event.objects.about(product).count() == 1


def test_archiving_takes_a_product_out_of_the_active_ones(
    scope: Company, alice: User, products: dict[str, Product]
) -> None:
    services.archive_product(products["P0001"], by=alice)
    services.archive_product(products["P0001"], by=alice)
    assert [product.number for product in Product.objects.active()] == ["P0007"]
    services.activate_product(products["P0001"], by=alice)
    assert actions(products["P0001"]) == ["products.product.archived", "products.product.activated"]


def test_a_group_with_products_is_not_deleted(scope: Company, alice: User, products: dict[str, Product]) -> None:
    with pytest.raises(Conflict):
        services.delete_group(products["P0001"].group, by=alice)
    empty = services.create_group(company=scope, by=alice, name="Vide")
    services.delete_group(empty, by=alice)
    assert [group.name for group in ProductGroup.objects.all()] == ["Froid"]


def test_a_group_name_is_not_given_twice(scope: Company, alice: User) -> None:
    services.create_group(company=scope, by=alice, name="Froid")
    with pytest.raises(Refused) as refused:
        services.create_group(company=scope, by=alice, name="Froid")
    assert refused.value.pointer == "/name"


def test_a_group_of_another_company_is_refused(scope: Company, alice: User, other_company: Company) -> None:
    with company_scope(other_company.pk):
        theirs = services.create_group(company=other_company, by=None, name="Theirs")
    with pytest.raises(ForeignCompany):
        services.create_product(company=scope, by=alice, name="A", group=theirs)
    assert not Product.objects.exists()
