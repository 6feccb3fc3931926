"""Climapulse's JSON and our own terms, both ways. Pure: no network, no database, no clock."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any, get_args

from django.utils.translation import gettext as _

from integrations.contracts.field_service import (
    Account,
    Address,
    AttachmentRef,
    Customer,
    FieldError,
    Installation,
    InvalidWorkOrder,
    InventoryItem,
    InventoryItemInput,
    ItemResult,
    ItemStatus,
    Location,
    Material,
    Outcome,
    Person,
    TimeEntry,
    WorkOrder,
)
from integrations.providers.climapulse.reading import ObjectReader

EVENT = "work_order.invoice_requested"
INVENTORY_LIMIT = 2500
ITEM_NAME = 200
DAY = 1440  # minutes
COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
NO_PERSON = Person(id="", full_name="", email="")
NO_CUSTOMER = Customer(id="", name="", vat_number="", email="", phone="", language="", address=None, contact=None)


def parse(payload: object) -> WorkOrder:
    """The work order of a decoded hook message; InvalidWorkOrder names every wrong field."""
    errors: list[FieldError] = []
    message = ObjectReader(payload, "", errors)
    message.choice("event", (EVENT,), required=True)
    message.moment("occurred_at")
    requested_by = _person(message.child("requested_by"))
    order = message.child("work_order", required=True)
    work_order = _work_order(order, requested_by) if order else None
    if errors or work_order is None:
        raise InvalidWorkOrder(tuple(errors))
    return work_order


def _work_order(order: ObjectReader, requested_by: Person | None) -> WorkOrder:
    return WorkOrder(
        id=order.line("id", 100, required=True),
        number=order.line("number", 50, required=True),
        title=order.line("title"),
        performed_on=order.day("performed_on"),
        customer_reference=order.line("customer_reference", 200),
        customer=_customer(order.child("customer", required=True)),
        location=_location(order.child("location")),
        installations=tuple(_installation(entry) for entry in order.children("installations")),
        time_entries=tuple(entry for entry in map(_time_entry, order.children("time_entries")) if entry),
        distance_km=order.decimal("distance_km", places=2, limit=1_000_000),
        materials=tuple(entry for entry in map(_material, order.children("materials")) if entry),
        memo=order.block("memo"),
        internal_notes=order.block("internal_notes"),
        attachments=tuple(_attachment(entry) for entry in order.children("attachments")),
        requested_by=requested_by,
    )


def _person(person: ObjectReader | None) -> Person | None:
    if person is None:
        return None
    return Person(id=person.line("id", 100), full_name=person.line("full_name", 200), email=person.line("email", 254))


def _address(address: ObjectReader | None) -> Address | None:
    if address is None:
        return None
    country = address.line("country") or "BE"
    if not COUNTRY.fullmatch(country):
        address.complain("country", "not_allowed", _("must be a country code of two letters such as BE"))
    return Address(
        street=address.line("street", 200),
        number=address.line("number", 50),
        box=address.line("box", 50),
        postal_code=address.line("postal_code", 20),
        city=address.line("city", 100),
        country=country.upper(),
    )


def _customer(customer: ObjectReader | None) -> Customer:
    if customer is None:
        return NO_CUSTOMER
    return Customer(
        id=customer.line("id", 100),
        name=customer.line("name", 200, required=True),
        vat_number=customer.line("vat_number", 50),
        email=customer.line("email", 254),
        phone=customer.line("phone", 50),
        language=customer.choice("language", ("fr", "nl", "en", "de")),
        address=_address(customer.child("address")),
        contact=_person(customer.child("contact")),
    )


def _location(location: ObjectReader | None) -> Location | None:
    if location is None:
        return None
    return Location(
        name=location.line("name", 200),
        address=_address(location.child("address")),
        region=location.choice("region", ("flanders", "brussels", "wallonia", "other")),
    )


def _installation(installation: ObjectReader) -> Installation:
    return Installation(
        reference=installation.line("reference", 100),
        kind=installation.choice("kind", ("cooling", "heating", "ventilation", "other")),
        model=installation.line("model", 200),
        refrigerant=installation.line("refrigerant", 50),
        charge_kg=installation.decimal("charge_kg", places=4, limit=1_000_000),
        co2_tonnes=installation.decimal("co2_tonnes", places=4, limit=1_000_000),
    )


def _time_entry(entry: ObjectReader) -> TimeEntry | None:
    person = _person(entry.child("user", required=True))
    minutes = entry.integer("minutes", 1, DAY, required=True)
    day = entry.day("date")
    activity = entry.choice("activity", ("on_site", "workshop", "travel"), default="on_site")
    description = entry.block("description", 5000)
    if minutes is None:
        return None
    return TimeEntry(
        person=person or NO_PERSON,
        date=day,
        minutes=minutes,
        activity=activity,
        description=description,
        pointer=entry.pointer,
    )


def _material(material: ObjectReader) -> Material | None:
    quantity = material.decimal("quantity", places=4, limit=10_000_000, positive=True, required=True)
    name = material.line("name", required=True)
    external_id, inventory_id = material.line("external_id", 100), material.line("inventory_id", 100)
    reference, unit = material.line("reference", 100), material.line("unit", 20)
    serial_numbers = material.lines("serial_numbers", 100)
    if quantity is None:
        return None
    return Material(
        external_id=external_id,
        inventory_id=inventory_id,
        reference=reference,
        name=name,
        quantity=quantity,
        unit=unit,
        serial_numbers=serial_numbers,
        pointer=material.pointer,
    )


def _attachment(attachment: ObjectReader) -> AttachmentRef:
    """The file as sent. Its form must be right, but what is wrong with its bytes or name never blocks the order."""
    sent_name = attachment.line("filename", 1000, required=True)
    filename = re.split(r"[/\\]", sent_name)[-1].strip()[-200:]
    encoded = attachment.base64("content_base64")
    content, problem = None, ""
    if encoded is not None:
        try:
            content = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            problem = _("its content is not valid base64")
    if filename in ("", ".", ".."):
        filename, problem = "", problem or _("it has no file name")
    return AttachmentRef(
        id=attachment.line("id", 100, required=True),
        kind=attachment.choice("kind", ("work_order", "certificate"), required=True),
        filename=filename,
        media_type=attachment.line("media_type", 100) or "application/pdf",
        size=attachment.integer("size", 0, 2**53),
        sha256=attachment.line("sha256", 100),
        content=content,
        pointer=attachment.pointer,
        problem=problem,
    )


def answer(outcome: Outcome) -> dict[str, Any]:
    """The body that answers a hook message. Nothing internal is in an Outcome, so nothing internal can leave."""
    invoice, customer = outcome.invoice, outcome.customer
    return {
        "delivery": outcome.delivery_id,
        "work_order": outcome.work_order_id,
        "repeated": outcome.repeated,
        "updated": outcome.updated,
        "invoice": {
            "id": invoice.id,
            "state": invoice.state,
            "number": invoice.number,
            "total_net": str(invoice.total_net),
            "total_vat": str(invoice.total_vat),
            "total_gross": str(invoice.total_gross),
            "currency": invoice.currency,
            "url": invoice.url,
        },
        "customer": {
            "id": customer.id,
            "name": customer.name,
            "created": customer.created,
            "matched_by": customer.matched_by,
        },
        "warnings": [
            {"code": warning.code, "message": warning.message}
            | ({"pointer": warning.pointer} if warning.pointer else {})
            for warning in outcome.warnings
        ],
    }


def account(body: object) -> Account:
    """The account from its JSON; ValueError when it is none."""
    fields = _object(body)
    return Account(
        id=_text(fields, "id"),
        company_name=_text(fields, "company_name"),
        inventory_count=_count(fields, "inventory_count", 0),
        inventory_limit=_count(fields, "inventory_limit", INVENTORY_LIMIT),
    )


def items(body: object) -> tuple[tuple[InventoryItem, ...], str | None]:
    """One page of the inventory and the cursor of the next; ValueError when it is none."""
    fields = _object(body)
    cursor = fields.get("next_cursor")
    if cursor is not None and not isinstance(cursor, str):
        raise ValueError("next_cursor")
    page = tuple(
        InventoryItem(
            external_id=_text(item, "external_id", ""),
            id=_text(item, "id"),
            reference=_text(item, "reference", ""),
            name=_text(item, "name", ""),
            description=_text(item, "description", ""),
            unit=_text(item, "unit", ""),
        )
        for item in map(_object, _list(fields, "items"))
    )
    return page, cursor


def item_body(item: InventoryItemInput) -> dict[str, str]:
    """The product as it goes out, its name cut to what the inventory takes."""
    body = {"external_id": item.external_id, "reference": item.reference, "name": item.name[:ITEM_NAME]}
    return body | {key: value for key, value in (("description", item.description), ("unit", item.unit)) if value}


def item_results(body: object) -> tuple[ItemResult, ...]:
    """The results of a batch, in order; ValueError when they are none."""
    return tuple(
        ItemResult(
            external_id=_text(result, "external_id"),
            id=_text(result, "id", ""),
            status=_status(result),
            error=_text(result, "error", ""),
        )
        for result in map(_object, _list(_object(body), "results"))
    )


def _status(result: Mapping[str, Any]) -> ItemStatus:
    for status in get_args(ItemStatus):
        if result.get("status") == status:
            found: ItemStatus = status
            return found
    raise ValueError("status")


def _object(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("object")
    return value


def _list(fields: Mapping[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    if not isinstance(value, list):
        raise ValueError(name)
    return value


def _text(fields: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = fields.get(name, default)
    if not isinstance(value, str):
        raise ValueError(name)
    return value


def _count(fields: Mapping[str, Any], name: str, default: int) -> int:
    value = fields.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(name)
    return value
