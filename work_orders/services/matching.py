"""Who and what a work order speaks of, among our customers, users and products. Where two fit, none is guessed."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection as database
from django.db.models import QuerySet

from core.identifiers import compact_vat, is_acceptable_vat
from customers.matching import name_key
from customers.models import Address, AddressKind, Party
from integrations.contracts.field_service import Address as FieldAddress
from integrations.contracts.field_service import Customer, Location, Material, Person
from integrations.models import Connection, ExternalRef
from integrations.services import syncing
from products.models import Product
from users.models import Membership

CUSTOMER = "customer"


@dataclass(frozen=True)
class CustomerMatch:
    """The customer found and by what; or none, with those that it may be."""

    party: Party | None
    matched_by: str
    candidates: tuple[Party, ...] = ()


def find_customer(connection: Connection, customer: Customer) -> CustomerMatch:
    """The first step that hits decides; a step that hits twice ends the search."""
    known = _known(connection, customer)
    if known is not None:
        return CustomerMatch(known, "external_id")
    for matched_by, found in _steps(customer):
        candidates = tuple(found.order_by("created_at", "id")[:5])
        if len(candidates) == 1:
            return CustomerMatch(candidates[0], matched_by)
        if candidates:
            return CustomerMatch(None, "", candidates)
    return CustomerMatch(None, "")


def remember_customer(connection: Connection, customer: Customer, match: CustomerMatch, party: Party) -> None:
    """The next order of this customer id finds this party at once."""
    if customer.id and match.matched_by != "external_id":
        ExternalRef.objects.update_or_create(
            connection=connection,
            kind=CUSTOMER,
            external_id=customer.id,
            defaults={"object_id": party.pk, "company_id": connection.company_id},
        )


def serialise(connection: Connection, customer: Customer) -> None:
    """Let two orders of one new customer not both create it (PostgreSQL; SQLite has one writer anyway)."""
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            key = f"customer {connection.company_id} {name_key(customer.name)}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def vat_number(customer: Customer) -> str:
    """The customer's VAT number in the one spelling that is stored."""
    country = customer.address.country if customer.address else "BE"
    return compact_vat(customer.vat_number, country=country)


def _known(connection: Connection, customer: Customer) -> Party | None:
    if not customer.id:
        return None
    refs = ExternalRef.objects.filter(connection=connection, kind=CUSTOMER, external_id=customer.id)
    party_id = refs.values_list("object_id", flat=True).first()
    party = Party.objects.filter(pk=party_id).first() if party_id else None
    while party is not None and party.merged_into_id:
        party = Party.objects.get(pk=party.merged_into_id)
    return None if party is None or party.is_archived else party


def _steps(customer: Customer) -> Iterable[tuple[str, "QuerySet[Party]"]]:
    people = Party.objects.customers().current()
    number, key = vat_number(customer), name_key(customer.name)
    if number and is_acceptable_vat(number):
        yield "vat_number", people.filter(vat_number=number)
    if customer.email and key:
        yield "email", people.filter(email__iexact=customer.email, name_key=key)
    if key and customer.address and customer.address.postal_code:
        yield "name_and_postal_code", people.filter(name_key=key, postal_code=customer.address.postal_code)


def differences(party: Party, customer: Customer) -> dict[str, str]:
    """What the order says otherwise than our record, by field; what one of the two does not say is no difference."""
    told = {
        "name": (customer.name, party.name),
        "email": (customer.email, party.email),
        "phone": (customer.phone, party.phone),
        "vat_number": (vat_number(customer), party.vat_number),
    }
    address = customer.address
    if address is not None and (address.street or address.city):
        told |= {
            "street": (address.street, party.street),
            "street_number": (address.number, party.street_number),
            "box": (address.box, party.box),
            "postal_code": (address.postal_code, party.postal_code),
            "city": (address.city, party.city),
            "country": (address.country, party.country),
        }
    return {name: theirs for name, (theirs, ours) in told.items() if theirs and ours and _plain(theirs) != _plain(ours)}


def find_site(party: Party, location: Location | None) -> Address | None:
    """The party's site address where the work was done, when exactly one fits."""
    if location is None or location.address is None:
        return None
    sites = Address.objects.filter(party=party, kind=AddressKind.SITE)
    fitting = [site for site in sites if _is_same_place(site, location.address)]
    return fitting[0] if len(fitting) == 1 else None


def _is_same_place(site: Address, address: FieldAddress) -> bool:
    ours = (site.street, site.street_number, site.box, site.postal_code)
    theirs = (address.street, address.number, address.box, address.postal_code)
    return [_plain(part) for part in ours] == [_plain(part) for part in theirs]


class Technicians:
    """The company's people, by e-mail and by full name."""

    def __init__(self, company_id: UUID) -> None:
        members = list(Membership.objects.filter(company_id=company_id).select_related("user"))
        self._by_email = {member.user.email.casefold(): member for member in members}
        self._by_name: dict[str, list[Membership]] = {}
        for member in members:
            self._by_name.setdefault(person_key(member.user.full_name), []).append(member)

    def find(self, person: Person) -> Membership | None:
        """The one member that this person is."""
        by_email = self._by_email.get(person.email.casefold()) if person.email else None
        if by_email is not None:
            return by_email
        key = person_key(person.full_name)
        namesakes = self._by_name.get(key, []) if key else []
        return namesakes[0] if len(namesakes) == 1 else None


class Catalogue:
    """The products that these materials may be, read in three queries however many there are."""

    def __init__(self, connection: Connection, materials: Collection[Material]) -> None:
        inventory_ids = {material.inventory_id for material in materials if material.inventory_id}
        refs = ExternalRef.objects.filter(connection=connection, kind=syncing.KIND, remote_id__in=inventory_ids)
        self._by_inventory = {ref.remote_id: ref.object_id for ref in refs}
        ids = {product_id for material in materials if (product_id := _uuid(material.external_id))}
        numbers = {material.reference for material in materials if material.reference}
        self._by_id = Product.objects.in_bulk(ids | set(self._by_inventory.values()))
        self._by_number = {product.number: product for product in Product.objects.filter(number__in=numbers)}

    def find(self, material: Material) -> Product | None:
        """Our id first, then the inventory's, then the number."""
        for product_id in (_uuid(material.external_id), self._by_inventory.get(material.inventory_id)):
            if product_id in self._by_id:
                return self._by_id[product_id]
        return self._by_number.get(material.reference)


def person_key(full_name: str) -> str:
    """`peeters  MARC` and `Marc Peeters` are one: case, accents, spaces and the order of the words say nothing."""
    return " ".join(sorted(_plain(full_name).split()))


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[\s.,/\-]+", " ", kept).strip()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
