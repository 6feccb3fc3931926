"""How rows become JSON: as plain tuples where the resource allows it, and to the same values either way."""

import gc
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext_lazy
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.api.fields import Computed, Text, decimal_text
from core.api.reading import Reader, unfold
from core.api.rendering import QuickJSONRenderer
from core.api.serializers import Kept, Resource
from customers.api import CustomerResource
from customers.models import Contact, Party
from documents.api import AttachmentResource
from documents.models import File, Line
from documents.services import drafting
from documents.services.drafting import LineInput
from invoices.api import DocumentResource, LineResource
from invoices.kinds import INVOICE
from invoices.models import CreditNote, Invoice
from products.api import ProductResource
from products.models import Product
from tests.api.conftest import ApiClient, token_for
from users.models import Company, User
from webhooks.api import DeliveryResource
from webhooks.models import Delivery


@pytest.mark.parametrize(
    ("value", "places", "least", "text"),
    [
        ("0", 2, 2, "0.00"),
        ("-1.5", 2, 2, "-1.50"),
        ("0E-8", 8, 4, "0.0000"),
        ("24.90000000", 8, 4, "24.9000"),
        ("24.90000001", 8, 4, "24.90000001"),
        ("24.9001", 4, 4, "24.9001"),
        ("0E-8", 8, 0, "0"),
        ("100.00000000", 8, 0, "100"),
        ("2.50000000", 8, 0, "2.5"),
        ("0.00000001", 8, 0, "0.00000001"),
    ],
)
def test_amounts_show_the_decimals_they_must_and_those_they_have(
    value: str, places: int, least: int, text: str
) -> None:
    assert decimal_text(Decimal(value), places, least) == text


@pytest.mark.parametrize(
    ("resource", "model"),
    [
        (DocumentResource, Invoice),
        (DocumentResource, CreditNote),
        (CustomerResource, Party),
        (ProductResource, Product),
        (AttachmentResource, File),
        (DeliveryResource, Delivery),
    ],
)
def test_long_lists_are_read_without_objects(resource: type[Resource], model: Any) -> None:
    assert Reader(resource, model).shape is not None


def test_tuples_and_objects_give_the_same(products: dict[str, Product], scope: Company) -> None:
    rows = Product.objects.order_by("number")
    tuples, objects = Reader(ProductResource, Product), Reader(ProductResource, Product, objects=True)
    written = tuples.write(tuples.select(rows))
    assert written == objects.write(objects.select(rows))
    assert [row["number"] for row in written] == sorted(products)


@pytest.mark.parametrize(
    ("kept", "quantity", "price"),
    [
        ("0", "0", "0.0000"),
        ("100", "100", "100.0000"),
        ("1.2", "1.2", "1.2000"),
        ("1.23456", "1.23456", "1.23456"),
        ("0.00000001", "0.00000001", "0.00000001"),
        ("98765.12345670", "98765.1234567", "98765.1234567"),
    ],
)
def test_amounts_are_written_without_needless_zeros(
    kept: str, quantity: str, price: str, dupont: Party, scope: Company
) -> None:
    draft = drafting.create(INVOICE.key, company=scope, party=dupont, by=None, lines=[LineInput(description="Tube")])
    rows = Line.objects.filter(document=draft)
    rows.update(quantity=Decimal(kept), unit_price=Decimal(kept))
    for objects in (False, True):
        reader = Reader(LineResource, Line, objects=objects)
        (line,) = reader.write(reader.select(rows))
        assert (line["quantity"], line["unit_price"]) == (quantity, price)


def test_a_row_that_was_not_asked_for_is_not_unfolded(scope: Company) -> None:
    rows: list[dict[str, Any]] = [{"number": "P1"}, {"number": "P2", "group": None}]
    unfold(ProductResource, rows, {"group"})
    assert rows == [{"number": "P1"}, {"number": "P2", "group": None}]


def test_a_nested_value_has_to_name_what_it_reads(dupont: Party, scope: Company) -> None:
    class Shouted(Resource):
        name = Computed(lambda contact: contact.name.upper(), kind=Text())

    class Loud(Kept):
        related: ClassVar[Any] = {"contacts": lambda: Contact.objects.order_by("name")}
        contacts = Shouted(many=True)

    reader = Reader(Loud, Party)
    with pytest.raises(TypeError, match="Shouted is nested"):
        reader.write(reader.select(Party.objects.filter(pk=dupont.pk)))


@pytest.mark.parametrize(
    ("data", "written"),
    [
        ({"name": "Boulangerie Léa", "lines": [1, None, True]}, '{"name":"Boulangerie Léa","lines":[1,null,true]}'),
        ({"kept": 10**30}, '{"kept":1000000000000000000000000000000}'),
        ({"total": Decimal("2.50")}, '{"total":2.5}'),
        ({"at": datetime(2026, 3, 2, 12, tzinfo=UTC)}, '{"at":"2026-03-02T12:00:00Z"}'),
        ({"label": gettext_lazy("Language")}, '{"label":"Language"}'),
        (None, ""),
    ],
)
def test_any_value_is_written_as_the_framework_would(data: Any, written: str) -> None:
    with translation.override("en"):
        assert QuickJSONRenderer().render(data).decode() == written
        assert JSONRenderer().render(data).decode() == written


def test_an_answer_is_indented_on_demand(api: ApiClient) -> None:
    assert api.read("products/", Accept="application/json; indent=2").content.startswith(b'{\n  "next": null')


def test_an_answer_is_gone_when_it_is_sent(company: Company, alice: User, shelf_of_two: None) -> None:
    """It does not wait for the collector: the answer to a list is large."""
    path = "/api/v1/products/"
    request = RequestFactory().get(path, headers={"Authorization": f"Bearer {token_for(company, alice)}"})
    gc.collect()
    gc.disable()
    try:
        before = _answers_alive()
        assert b"P0002" in resolve(path).func(request).content
        assert _answers_alive() == before
    finally:
        gc.enable()


def _answers_alive() -> int:
    return sum(isinstance(one, Response) for one in gc.get_objects())


@pytest.fixture
def shelf_of_two(scope: Company) -> None:
    for number in ("P0001", "P0002"):
        Product.objects.create(company=scope, number=number, name=f"Filter {number}")
