from decimal import Decimal
from typing import Any

import pytest

from activity.models import Event
from core.errors import Refused
from core.sheets import Change
from core.tenancy import ForeignCompany, company_scope
from products import services
from products.models import Product, ProductGroup
from users.models import Company, User


def actions(obj: Any) -> list[str]:
    return list(Event.objects.about(obj).values_list("action", flat=True))


def test_many_products_are_made_and_changed_as_one_by_one(
    scope: Company, alice: User, products: dict[str, Product]
) -> None:
    known = Product.objects.select_related("group").get(number="P0001")
    made, changed, numbered = services.put_products(
        [
            Change(None, {"name": "Sans numéro", "group": "Froid", "unit_price": Decimal("2.5000")}),
            Change(known, {"unit_price": Decimal("25.9000"), "is_active": False}),
            Change(None, {"name": "Avec", "number": "X1", "group": "Gaz"}),
        ],
        company=scope,
        by=alice,
    )
    assert isinstance(made, Product)
    assert (made.number, made.vat_rate, made.group.name) == ("P0008", Decimal("21.00"), "Froid")
    assert (numbered.number, ProductGroup.objects.count()) == ("X1", 2)
    known.refresh_from_db()
    assert (known.unit_price, known.is_active, known.group.name) == (Decimal("25.9000"), False, "Froid")
    assert actions(known) == ["products.product.updated", "products.product.archived"]
    assert Event.objects.about(known).first().data == {"changed": ["unit_price"]}
    assert actions(made) == actions(numbered) == ["products.product.created"]
    assert changed.updated_at == known.updated_at


def test_what_is_refused_keeps_no_other_back(scope: Company, alice: User, products: dict[str, Product]) -> None:
    answers = services.put_products(
        [
            Change(None, {"name": "Double", "number": "P0001"}),
            Change(None, {"name": "Trop", "number": "X1", "unit_price": Decimal("1e20")}),
            Change(None, {"name": "Bon", "number": "X2"}),
        ],
        company=scope,
        by=alice,
    )
    assert [(type(answer), getattr(answer, "pointer", "")) for answer in answers] == [
        (Refused, "/number"), (Refused, "/unit_price"), (Product, ""),
    ]  # fmt: skip
    assert sorted(Product.objects.values_list("number", flat=True)) == ["P0001", "P0007", "X2"]
    assert Event.objects.filter(action="products.product.created").count() == 1


def test_many_products_cost_few_queries(scope: Company, alice: User, django_assert_max_num_queries: Any) -> None:
    changes = [Change(None, {"name": f"N{n}", "number": f"X{n}", "group": "Gaz"}) for n in range(200)]
    services.create_group(company=scope, by=alice, name="Gaz")
    with django_assert_max_num_queries(10):
        services.put_products(changes, company=scope, by=alice)
    assert Product.objects.count() == 200


def test_a_product_of_another_company_is_not_changed_among_many(
    scope: Company, alice: User, other_company: Company
) -> None:
    with company_scope(other_company.pk):
        theirs = services.create_product(company=other_company, by=None, name="Theirs")
    with pytest.raises(ForeignCompany):
        services.put_products([Change(theirs, {"name": "Ours"})], company=scope, by=alice)
    with company_scope(other_company.pk):
        theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_a_product_is_withdrawn_or_archived_where_it_is_used(
    scope: Company, alice: User, products: dict[str, Product], dupont: Any
) -> None:
    from documents.services import drafting
    from documents.services.drafting import LineInput

    used, unused = products["P0001"], products["P0007"]
    drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput(product=used)])
    unused_id = unused.pk
    assert services.withdraw_product(unused, by=alice) is True
    assert services.withdraw_product(used, by=alice) is False
    assert list(Product.objects.values_list("number", "is_active")) == [("P0001", False)]
    assert list(Event.objects.filter(object_id=unused_id).values_list("action", flat=True)) == [
        "products.product.deleted"
    ]
    assert actions(used) == ["products.product.archived"]
