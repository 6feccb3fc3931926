"""What the register of VAT numbers says: put into a form that somebody is filling in, and kept with the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from activity import events
from activity.models import Event
from core.errors import Refused, UnableTo
from customers.models import Party
from integrations.services import looking_up
from users.models import Company, User

CHECKED = "customers.party.vat_checked"
_ADDRESS = ("street", "street_number", "postal_code", "city", "country")


@dataclass(frozen=True)
class Finding:
    """`values` go into the form's fields, `text` tells the person in the tone ok, warn or danger; `known` is the
    customer who has this number already.
    """

    tone: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    known: Party | None = None


def find(vat_number: str, *, company: Company, country: str = "BE", party: Party | None = None) -> Finding:
    """Who stands behind the number. Nothing is refused here: a form goes on whatever the register says.

    An address comes whole or not at all, so that half of it never meets half of the one typed before.
    """
    try:
        found = looking_up.look_up(vat_number, company=company, country=country)
    except Refused as refusal:
        return Finding("danger", str(refusal))
    except UnableTo as failure:
        return Finding("warn", str(failure))
    holders = Party.objects.current().filter(vat_number=found.vat_number)
    known = (holders.exclude(pk=party.pk) if party else holders).first()
    if not found.is_registered:
        text = _("VIES does not know this number: it is too new, or not meant for trade within the European Union.")
        return Finding("warn", text, known=known)
    values: dict[str, Any] = {"vat_number": found.vat_number, "is_company": True}
    if found.name:
        values["name"] = found.name
    if found.street or found.city:
        values |= {name: getattr(found, name) for name in _ADDRESS} | {"box": ""}
    text = _("Registered: %(name)s.") % {"name": found.name} if found.name else _("This number is registered.")
    if found.consultation:
        text += " " + _("The number of this enquiry, as a proof: %(number)s.") % {"number": found.consultation}
    return Finding("ok", text, values, known)


def keep(party: Party, *, by: User) -> None:
    """Write on the customer's timeline what the company was just told of this number, each answer once."""
    answer = looking_up.last_answer(party.vat_number, company=party.company) if party.vat_number else None
    if answer is None:
        return
    found = answer.registration
    street, city = f"{found.street} {found.street_number}".strip(), f"{found.postal_code} {found.city}".strip()
    data = {
        "vat_number": found.vat_number,
        "is_registered": found.is_registered,
        "name": found.name,
        "address": ", ".join(filter(None, (street, city))),
        "consultation": found.consultation,
        "checked_at": answer.at,
    }
    if last_check(party) != data:
        events.record(CHECKED, party, by=by, data={**data, "checked_at": answer.at.isoformat()})


def last_check(party: Party) -> Mapping[str, Any] | None:
    """What `keep` wrote last, as long as the customer has that number."""
    if not party.vat_number:
        return None
    event = Event.objects.about(party).filter(action=CHECKED).last()
    if event is None or event.data["vat_number"] != party.vat_number:
        return None
    return {**event.data, "checked_at": datetime.fromisoformat(event.data["checked_at"])}
