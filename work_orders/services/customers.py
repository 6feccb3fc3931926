"""Whose invoice it is: a customer that we know or a new one made from the work order, and what must be said of it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.identifiers import is_acceptable_vat
from customers.matching import LEGAL_FORMS
from customers.models import Party
from customers.services import create_party
from documents.models import Document
from integrations.contracts.field_service import Customer
from integrations.models import InboundHook
from users.models import Company, Language
from work_orders.models import WorkOrder
from work_orders.services import matching
from work_orders.warnings import DUPLICATE

PARTY_LIMITS = {"street": 150, "street_number": 20, "box": 20, "postal_code": 20, "city": 100, "phone": 40}


@dataclass(frozen=True)
class Chosen:
    """The customer of the invoice, how it was found, and what has to be said about it (code and data)."""

    party: Party
    matched_by: str
    is_new: bool
    warnings: list[tuple[str, dict[str, Any]]]


def same(document: Document, order: WorkOrder, customer: Customer) -> Chosen:
    """The customer that an untouched draft has already."""
    party = document.party
    if party is None:  # only a person can have taken it away, and then the draft counts as edited
        raise LookupError("an untouched draft has its customer")
    return Chosen(party, order.matched_by, False, _about(party, customer))


def choose(hook: InboundHook, customer: Customer) -> Chosen:
    """The customer it is, or a new one."""
    match = matching.find_customer(hook.connection, customer)
    if match.party is None:
        matching.serialise(hook.connection, customer)
        match = matching.find_customer(hook.connection, customer)
    party = match.party or _create(hook.connection.company, customer)
    matching.remember_customer(hook.connection, customer, match, party)
    said = _about(party, customer)
    if match.candidates:
        candidates = [{"id": str(candidate.pk), "name": candidate.name} for candidate in match.candidates]
        said.append((DUPLICATE, {"party": str(party.pk), "candidates": candidates}))
    return Chosen(party, match.matched_by, match.party is None, said)


def _about(party: Party, customer: Customer) -> list[tuple[str, dict[str, Any]]]:
    said: list[tuple[str, dict[str, Any]]] = []
    number = matching.vat_number(customer)
    if number and not is_acceptable_vat(number):
        said.append(("invalid_vat_number", {"number": customer.vat_number}))
    fields = matching.differences(party, customer)
    if fields:
        said.append(("customer_differs", {"fields": fields, "party": str(party.pk)}))
    return said


def _create(company: Company, customer: Customer) -> Party:
    """A new customer as the order describes it, in the lengths that we keep."""
    number = matching.vat_number(customer)
    words = customer.name.casefold().replace(".", "").split()
    address = customer.address
    fields: dict[str, Any] = {"phone": customer.phone}
    if address is not None:
        fields |= {
            "street": address.street,
            "street_number": address.number,
            "box": address.box,
            "postal_code": address.postal_code,
            "city": address.city,
        }
    return create_party(
        company=company,
        by=None,
        allow_invalid_vat=True,
        name=customer.name,
        vat_number=number if len(number) <= 20 else "",
        is_company=bool(number) or bool(LEGAL_FORMS.intersection(words[:1] + words[-1:])),
        email=customer.email if _is_email(customer.email) else "",
        language=customer.language if customer.language in Language.values else company.language,
        country=address.country if address else company.country,
        **{name: value[: PARTY_LIMITS[name]] for name, value in fields.items()},
    )


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
