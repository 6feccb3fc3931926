"""What was missing to price a work order is said on the spot, and its draft priced again with it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import vat
from core.errors import Refused
from core.money import half_up
from documents.models import Document, Line, Warning
from documents.services import drafting
from integrations.contracts.field_service import Person
from products.models import Product
from products.services import create_product, update_product
from users.models import Membership, User
from users.services import create_member, update_company, update_member
from work_orders.models import LineSource
from work_orders.services import repricing
from work_orders.services.matching import Technicians


@transaction.atomic
def hire(warning: Warning, *, by: User, email: str, first_name: str, last_name: str, billable_rate: Decimal) -> int:
    """The technician whom an order named becomes a user with a rate; returns how many lines got a price."""
    company = warning.document.company
    member = create_member(
        company=company, by=by, email=email, first_name=first_name, last_name=last_name, billable_rate=billable_rate
    )
    source = LineSource.objects.filter(line=warning.line).first()
    if source and Technicians(company.pk).find(Person(**source.data["row"]["person"])) != member:
        raise Refused(
            _("Keep the name or the e-mail of the work order: this person would not be known by it."), pointer="/email"
        )
    return _price(warning, billable_rate, by=by)


@transaction.atomic
def set_rate(warning: Warning, *, by: User, billable_rate: Decimal) -> int:
    """The technician gets the rate that was missing; returns how many lines got a price."""
    member = Membership.objects.get(pk=warning.data["membership"], company=warning.document.company)
    update_member(member, by=by, billable_rate=billable_rate)
    return _price(warning, billable_rate, by=by)


@transaction.atomic
def set_mileage_rate(warning: Warning, *, by: User, mileage_rate: Decimal) -> int:
    """The company gets its price per kilometre; returns how many lines got a price."""
    warning.document.company = update_company(warning.document.company, by=by, mileage_rate=mileage_rate)
    return _price(warning, mileage_rate, by=by)


@transaction.atomic
def set_price(warning: Warning, *, by: User, unit_price: Decimal, keep: bool = False) -> int:
    """The line gets its price, in the document's basis; `keep` puts it on the product too, made where there is none."""
    line = warning.line
    if line is None:
        raise Refused(_("This line is gone."), code="gone")
    if not keep:
        return _write(warning.document, {line.pk: {"unit_price": unit_price}}, by=by)
    product = _kept(warning.document, line, unit_price, by=by)
    count = repricing.reprice(warning.document, by=by)
    line.refresh_from_db()
    return (
        count
        if line.unit_price
        else _write(warning.document, {line.pk: {"unit_price": unit_price, "product": product}}, by=by)
    )


def _kept(document: Document, line: Line, price: Decimal, *, by: User) -> Product:
    """The product with this price; a new one takes the number that the work order gave, so that the next finds it."""
    if line.product is not None:
        product = line.product
        if product.price_includes_vat and not document.prices_include_vat:
            price = vat.including(price, product.vat_rate)
        elif document.prices_include_vat and not product.price_includes_vat:
            price = price * 100 / (100 + product.vat_rate)
        return update_product(product, by=by, unit_price=half_up(price, 4))
    source = LineSource.objects.filter(line=line).first()
    return create_product(
        company=document.company,
        by=by,
        number=source.data["row"]["reference"] if source else "",
        name=line.description,
        unit=line.unit,
        unit_price=half_up(price, 4),
        price_includes_vat=document.prices_include_vat,
        vat_rate=line.own_rate,
    )


def _price(warning: Warning, price: Decimal, *, by: User) -> int:
    """Price the draft again; lines that a person changed since, which repricing leaves alone, take the price itself."""
    document = warning.document
    count = repricing.reprice(document, by=by)
    left = Warning.objects.filter(document=document, code=warning.code, data=warning.data)
    lines = document.lines.filter(warnings__in=left)
    with_vat = document.prices_include_vat
    changes = {line.pk: {"unit_price": vat.including(price, line.own_rate) if with_vat else price} for line in lines}
    return count + (_write(document, changes, by=by) if changes else 0)


def _write(document: Document, changes: Mapping[Any, Mapping[str, Any]], *, by: User) -> int:
    """Change these lines of the draft; the others stay as they are."""
    lines = document.lines.select_related("product", "source").order_by("position")
    inputs = [replace(repricing.as_it_is(line), **changes.get(line.pk, {})) for line in lines]
    drafting.update(document, by=by, lines=inputs)
    return len(changes)
