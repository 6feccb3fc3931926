"""All writes on parties, with their contacts and addresses."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from activity import events
from core import saving
from core.errors import Conflict, Refused
from core.identifiers import compact_vat, is_acceptable_vat
from core.numbering import next_numbers, with_next_number
from core.sheets import Change
from core.tenancy import same_company
from customers import custom_fields, queries
from customers.matching import name_key
from customers.models import Address, AddressKind, Contact, Party
from users.models import Company, User

POSTAL_FIELDS = frozenset({"street", "street_number", "box", "postal_code", "city", "country"})
PARTY_FIELDS = POSTAL_FIELDS | {
    "number", "name", "is_customer", "is_supplier", "is_prospect", "is_company", "vat_number", "vat_regime", "email",
    "phone", "language", "currency", "payment_term_days", "external_id", "custom_fields",
}  # fmt: skip
CONTACT_FIELDS = frozenset({"name", "email", "phone", "function"})
ADDRESS_FIELDS = POSTAL_FIELDS | {"kind", "name", "phone", "region", "vat_regime"}


@dataclass(frozen=True, kw_only=True)
class ContactInput:
    """A contact person; `id` keeps an existing row."""

    name: str
    email: str = ""
    phone: str = ""
    function: str = ""
    id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AddressInput:
    """A delivery or site address; `id` keeps an existing row."""

    kind: str = AddressKind.SITE
    name: str = ""
    phone: str = ""
    region: str = ""
    vat_regime: str = ""
    street: str = ""
    street_number: str = ""
    box: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "BE"
    id: UUID | None = None


@transaction.atomic
def create_party(
    *,
    company: Company,
    by: User | None,
    number: str = "",
    contacts: Sequence[ContactInput] = (),
    addresses: Sequence[AddressInput] = (),
    allow_invalid_vat: bool = False,
    **fields: Any,
) -> Party:
    """A new party; without a number it takes the next of C00001. `allow_invalid_vat` keeps what came from the field."""
    party = Party(company=company)
    fields.setdefault("language", company.language)
    saving.assign(party, fields, allowed=PARTY_FIELDS)
    _tidy(party, allow_invalid_vat=allow_invalid_vat)

    def save(free_number: str) -> None:
        party.number = free_number
        saving.save(party)

    if number:
        save(number)
    else:
        owner, taken = Company.objects.filter(pk=company.pk), Party.objects.filter(company=company)
        with_next_number(save, owner=owner, taken=taken, prefix="C", digits=5)
    _write_rows(party, Contact, contacts, CONTACT_FIELDS, under="/contacts")
    _write_rows(party, Address, addresses, ADDRESS_FIELDS, under="/addresses")
    events.record("customers.party.created", party, by=by, data={"number": party.number, "name": party.name})
    return party


@transaction.atomic
def find_or_create_party(*, company: Company, by: User | None, **fields: Any) -> Party:
    """The customer that these fields describe, found as `queries.find_party` says, or a new one.

    One that is found keeps its own details; only an empty external id takes the one given, so that the next search ends
    at its first step. Those who search at once wait in line, so that none is made twice.
    """
    party = queries.find_party(fields)
    if party is None:
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        party = queries.find_party(fields)
    if party is None:
        return create_party(company=company, by=by, **fields)
    if party.is_archived:
        message = _("%(name)s is archived. Restore this customer first.") % {"name": party.name}
        raise Refused(message, code="archived", pointer="/external_id")
    learned: dict[str, Any] = {} if party.is_customer else {"is_customer": True}
    if fields.get("external_id") and not party.external_id:
        learned["external_id"] = fields["external_id"]
    return update_party(party, by=by, **learned) if learned else party


@transaction.atomic
def update_party(
    party: Party,
    *,
    by: User | None,
    contacts: Sequence[ContactInput] | None = None,
    addresses: Sequence[AddressInput] | None = None,
    allow_invalid_vat: bool = False,
    **fields: Any,
) -> Party:
    """Change fields; contacts or addresses given are the whole new list. Documents already made do not change."""
    party = _locked(party)
    changed = saving.assign(party, fields, allowed=PARTY_FIELDS)
    if changed:
        _tidy(party, allow_invalid_vat=allow_invalid_vat or "vat_number" not in changed)
        saving.save(party, update_fields=[*changed, "name_key", "vat_number", "country", "email", "updated_at"])
    if contacts is not None and _write_rows(party, Contact, contacts, CONTACT_FIELDS, under="/contacts"):
        changed.append("contacts")
    if addresses is not None and _write_rows(party, Address, addresses, ADDRESS_FIELDS, under="/addresses"):
        changed.append("addresses")
    if changed:
        events.record("customers.party.updated", party, by=by, data={"changed": changed})
    return party


@transaction.atomic
def archive_party(party: Party, *, by: User | None) -> Party:
    """Out of lists and choices; documents keep it."""
    party = _locked(party)
    if not party.is_archived:
        party.is_archived = True
        saving.save(party, update_fields=["is_archived", "updated_at"])
        events.record("customers.party.archived", party, by=by)
    return party


@transaction.atomic
def restore_party(party: Party, *, by: User | None) -> Party:
    """Back from the archive; a merged party stays there, because its documents live elsewhere now."""
    party = _locked(party)
    if party.merged_into is not None:
        message = _("This customer was merged into %(name)s. Use that one.") % {"name": party.merged_into.name}
        raise Conflict(message, code="merged")
    if party.is_archived:
        party.is_archived = False
        saving.save(party, update_fields=["is_archived", "updated_at"])
        events.record("customers.party.restored", party, by=by)
    return party


@transaction.atomic
def withdraw_party(party: Party, *, by: User | None) -> bool:
    """Take back that it was made: True when it is gone, False when something hangs on it and it was archived."""
    party = _locked(party)
    if not (party.contacts.exists() or party.addresses.exists()):
        try:
            with transaction.atomic():
                data = {"number": party.number, "name": party.name}
                events.record("customers.party.deleted", party, by=by, data=data)
                party.delete()
                return True
        except ProtectedError:
            pass
    archive_party(party, by=by)
    return False


@transaction.atomic
def put_parties(changes: Sequence[Change], *, company: Company, by: User | None) -> list[Party | Refused]:
    """Make and change many in a few statements. Objects to change are locked by the caller; one that is refused keeps
    no other back."""
    parties: list[Party] = []
    refused: dict[UUID, Refused] = {}
    changed: dict[UUID, list[str]] = {}
    for change in changes:
        party = change.obj or Party(company=company, language=company.language)
        same_company(company.pk, party)
        changed[party.pk] = saving.assign(party, change.values, allowed=PARTY_FIELDS | {"is_archived"})
        try:
            _tidy(party, allow_invalid_vat=change.obj is not None and "vat_number" not in changed[party.pk])
        except Refused as refusal:
            refused[party.pk] = refusal
        parties.append(party)
    made = [party for party in parties if party._state.adding and party.pk not in refused]
    known = [party for party in parties if not party._state.adding and changed[party.pk] and party.pk not in refused]
    if nameless := [party for party in made if not party.number]:
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        numbers = next_numbers(Party.objects.all(), prefix="C", digits=5, count=len(nameless))
        for party, number in zip(nameless, numbers, strict=True):
            party.number = number
    for rows, fields in ((made, None), (known, [*PARTY_FIELDS, "name_key", "is_archived", "updated_at"])):
        found = saving.save_all(rows, update_fields=fields)
        refused |= {rows[place].pk: refusal for place, refusal in found.items()}
    happened: list[tuple[str, Party, dict[str, Any]]] = []
    for party in made:
        happened.append(("customers.party.created", party, {"number": party.number, "name": party.name}))
        if party.is_archived:
            happened.append(("customers.party.archived", party, {}))
    for party in known:
        if names := [name for name in changed[party.pk] if name != "is_archived"]:
            happened.append(("customers.party.updated", party, {"changed": names}))
        if "is_archived" in changed[party.pk]:
            word = "archived" if party.is_archived else "restored"
            happened.append((f"customers.party.{word}", party, {}))
    events.record_all([entry for entry in happened if entry[1].pk not in refused], by=by)
    return [refused.get(party.pk, party) for party in parties]


def _locked(party: Party) -> Party:
    row: Party = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    return row


def _tidy(party: Party, *, allow_invalid_vat: bool) -> None:
    """Bring what people type into the one form that is stored and compared."""
    party.country = party.country.strip().upper()
    party.email = party.email.strip()
    party.vat_number = compact_vat(party.vat_number, country=party.country)
    if party.vat_number and not allow_invalid_vat and not is_acceptable_vat(party.vat_number):
        message = _("%(number)s is not a valid VAT number. Check it for a typing error, or leave it empty.")
        raise Refused(message % {"number": party.vat_number}, code="invalid_vat_number", pointer="/vat_number")
    party.name_key = name_key(party.name)
    for name, code, message in custom_fields.faults(party.custom_fields):
        raise Refused(message, code=code, pointer=f"/custom_fields/{name}" if name else "/custom_fields")
    party.custom_fields = custom_fields.clean(party.custom_fields)


def _write_rows(
    party: Party,
    model: type[models.Model],
    inputs: Sequence[ContactInput | AddressInput],
    allowed: frozenset[str],
    *,
    under: str,
) -> bool:
    """Make the party's rows of this model what `inputs` say, and tell whether anything changed."""
    existing = {row.pk: row for row in model._default_manager.filter(party=party)}
    any_changed = False
    for index, given in enumerate(inputs):
        fields = asdict(given)
        row_id = fields.pop("id")
        pointer = f"{under}/{index}"
        row = model(company_id=party.company_id, party=party) if row_id is None else existing.pop(row_id, None)
        if row is None:
            raise Refused(_("This row no longer exists. Load the page again."), code="unknown", pointer=f"{pointer}/id")
        if saving.assign(row, fields, allowed=allowed) or row_id is None:
            saving.save(row, under=pointer)
            any_changed = True
    if existing:
        model._default_manager.filter(pk__in=list(existing)).delete()
    return any_changed or bool(existing)
