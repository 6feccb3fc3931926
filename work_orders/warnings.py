"""What the warnings of field work say, and the page that cures each."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Party
from documents.models import Document, Warning
from documents.warnings import Cure, register

type Data = Mapping[str, Any]

PROBLEMS: dict[str, Callable[[], str]] = {
    "unreadable": lambda: _("it cannot be read"),
    "not_named_pdf": lambda: _("its name or type is not that of a PDF"),
    "too_large": lambda: _("it is larger than 20 MB"),
    "wrong_sha256": lambda: _("its content is not what was announced"),
    "not_pdf": lambda: _("it is not a PDF"),
    "encrypted": lambda: _("it is protected by a password"),
}
FIELDS: dict[str, Callable[[], str]] = {
    "name": lambda: _("name"),
    "email": lambda: _("e-mail"),
    "phone": lambda: _("phone"),
    "vat_number": lambda: _("VAT number"),
    "street": lambda: _("street"),
    "street_number": lambda: _("number"),
    "box": lambda: _("box"),
    "postal_code": lambda: _("postal code"),
    "city": lambda: _("city"),
    "country": lambda: _("country"),
}
# What the answer says about a document that a new message does not change; never kept on the document itself.
LEFT_ALONE: dict[str, Callable[[Document], str]] = {
    "invoice_already_issued": lambda document: (
        _("This work order is already invoiced as %s; it was left as it is.") % document.number
    ),
    "draft_edited": lambda document: _("The draft was edited by hand; it was left as it is."),
}


def _unknown_technician(data: Data) -> str:
    return _("%(name)s is not one of your users, so this time has no price. Create this user with a billable rate.") % {
        "name": data["name"] or data["email"] or _("Somebody without a name")
    }


def _missing_rate(data: Data) -> str:
    return _("%(name)s has no billable hourly rate, so this time has no price.") % data


def _missing_mileage_rate(data: Data) -> str:
    return _("Your company has no price per kilometre, so the kilometres have no price.")


def _unknown_material(data: Data) -> str:
    return _("“%(name)s” is not one of your products, so it has no price.") % data


def _missing_price(data: Data) -> str:
    return _("The product “%(name)s” has no price.") % data


def _missing_vat_rate(data: Data) -> str:
    return _("Your company's default VAT rate is not a Belgian rate; 21 % was used.")


def _possible_duplicate(data: Data) -> str:
    names = ", ".join(candidate["name"] for candidate in data["candidates"])
    return _("This customer was created anew and may be the same as: %s. Merge them if so.") % names


def _customer_differs(data: Data) -> str:
    told = ", ".join(f"{FIELDS[name]()}: {value}" for name, value in data["fields"].items())
    return _("The work order describes this customer otherwise (%s). Your record was not changed.") % told


def _attachment_rejected(data: Data) -> str:
    return _("The file %(filename)s was not taken: %(problem)s.") % {**data, "problem": PROBLEMS[data["problem"]]()}


def _attachment_unavailable(data: Data) -> str:
    return _("The file %(filename)s could not be fetched. Fetch it again.") % data


def _invalid_vat_number(data: Data) -> str:
    return _("%(number)s is not a valid VAT number. Ask the customer for the right one.") % data


def _check_vat_regime(data: Data) -> str:
    return _("Check the VAT: no regime is set for this customer or site, and it may not be the standard rate.")


def _on_the_spot(label: Any, *, icon: str, owner_only: bool = False) -> Callable[[Warning], Cure]:
    """What is missing is asked for in a dialog."""

    def make(warning: Warning) -> Cure:
        url = reverse("work_orders:cure", args=[warning.document_id, warning.pk])
        return Cure(label, url, icon=icon, in_dialog=True, owner_only=owner_only)

    return make


def _back(warning: Warning) -> str:
    """The query that leads back to the document."""
    return urlencode({"next": warning.document.get_absolute_url()})


def _to_company(warning: Warning) -> Cure:
    url = f"{reverse('users:company')}?{_back(warning)}"
    return Cure(_("Open the company's settings"), url, owner_only=True)


def _alike(warning: Warning) -> QuerySet[Party]:
    """Those who may still be the same as the document's customer."""
    named = [candidate["id"] for candidate in warning.data["candidates"]]
    rows: QuerySet[Party] = Party.objects.filter(pk__in=named, merged_into=None).exclude(documents=warning.document)
    return rows.order_by("created_at", "id")


def _to_merge(warning: Warning) -> Cure | None:
    other = _alike(warning).first()
    if other is None or warning.document.party_id is None:
        return None
    url = reverse("customers:merge-with", args=[warning.document.party_id, other.pk])
    return Cure(_("Compare and merge"), f"{url}?{_back(warning)}", icon="merge")


def _to_customer(warning: Warning) -> Cure | None:
    party_id = warning.document.party_id
    if party_id is None:
        return None
    return Cure(_("Edit the customer"), f"{reverse('customers:edit', args=[party_id])}?{_back(warning)}", icon="pencil")


def _still_differs(warning: Warning) -> bool:
    party = warning.document.party
    told = warning.data["fields"].items()
    return party is not None and any(str(getattr(party, name)).casefold() != said.casefold() for name, said in told)


def _has_no_number(warning: Warning) -> bool:
    party = warning.document.party
    return party is None or not party.vat_number


def _to_files(warning: Warning) -> Cure:
    url = reverse("work_orders:fetch-again", args=[warning.document_id])
    return Cure(_("Fetch again"), url, icon="refresh-cw", post=True)


def register_all() -> None:
    """Put every code into the registry of the documents' warnings."""
    hire = _on_the_spot(gettext_lazy("Create this user"), icon="user-plus", owner_only=True)
    rate = _on_the_spot(gettext_lazy("Set the rate"), icon="badge-euro", owner_only=True)
    mileage = _on_the_spot(gettext_lazy("Set the price per kilometre"), icon="badge-euro", owner_only=True)
    price = _on_the_spot(gettext_lazy("Set the price"), icon="badge-euro")
    register("unknown_technician", _unknown_technician, is_price=True, cure=hire)
    register("missing_rate", _missing_rate, is_price=True, cure=rate)
    register("missing_mileage_rate", _missing_mileage_rate, is_price=True, cure=mileage)
    register("unknown_material", _unknown_material, is_price=True, cure=price)
    register("missing_price", _missing_price, is_price=True, cure=price)
    register("missing_vat_rate", _missing_vat_rate, cure=_to_company)
    register(DUPLICATE, _possible_duplicate, cure=_to_merge, holds=lambda warning: _alike(warning).exists())
    register("customer_differs", _customer_differs, cure=_to_customer, holds=_still_differs)
    register("attachment_rejected", _attachment_rejected)
    register("attachment_unavailable", _attachment_unavailable, cure=_to_files)
    register("invalid_vat_number", _invalid_vat_number, cure=_to_customer, holds=_has_no_number)
    register("check_vat_regime", _check_vat_regime, cure=_to_customer, settled_by="vat_regime")


DUPLICATE = "possible_duplicate_customer"
PRICE_CODES = ("unknown_technician", "missing_rate", "missing_mileage_rate", "unknown_material", "missing_price")
ABOUT_CUSTOMERS = (DUPLICATE, "customer_differs", "invalid_vat_number")
CODES = (
    *PRICE_CODES,
    "missing_vat_rate",
    DUPLICATE,
    "customer_differs",
    "attachment_rejected",
    "attachment_unavailable",
    "invalid_vat_number",
    "check_vat_regime",
)
