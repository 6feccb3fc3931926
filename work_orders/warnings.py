"""What the warnings of field work say, and the page that cures each."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

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


def _to_new_user(warning: Warning) -> Cure:
    first_name, _space, last_name = warning.data["name"].partition(" ")
    query = urlencode({"email": warning.data["email"], "first_name": first_name, "last_name": last_name})
    return Cure(_("Create this user"), f"{reverse('users:create')}?{query}")


def _to_rate(warning: Warning) -> Cure:
    return Cure(_("Set the rate"), reverse("users:edit", args=[warning.data["membership"]]))


def _to_company(warning: Warning) -> Cure:
    return Cure(_("Open the company's settings"), reverse("users:company"))


def _to_new_product(warning: Warning) -> Cure:
    return Cure(_("Create this product"), f"{reverse('products:create')}?{urlencode({'name': warning.data['name']})}")


def _to_product(warning: Warning) -> Cure:
    return Cure(_("Set the price"), reverse("products:edit", args=[warning.data["product"]]))


def _to_merge(warning: Warning) -> Cure:
    return Cure(_("Compare and merge"), reverse("customers:merge", args=[warning.data["party"]]))


def _to_customer(warning: Warning) -> Cure | None:
    party_id = warning.document.party_id
    return Cure(_("Open the customer"), reverse("customers:detail", args=[party_id])) if party_id else None


def _to_files(warning: Warning) -> Cure:
    url = reverse("work_orders:fetch-again", args=[warning.document_id])
    return Cure(_("Fetch again"), url, icon="refresh-cw", post=True)


def register_all() -> None:
    """Put every code into the registry of the documents' warnings."""
    register("unknown_technician", _unknown_technician, is_price=True, cure=_to_new_user)
    register("missing_rate", _missing_rate, is_price=True, cure=_to_rate)
    register("missing_mileage_rate", _missing_mileage_rate, is_price=True, cure=_to_company)
    register("unknown_material", _unknown_material, is_price=True, cure=_to_new_product)
    register("missing_price", _missing_price, is_price=True, cure=_to_product)
    register("missing_vat_rate", _missing_vat_rate, cure=_to_company)
    register(DUPLICATE, _possible_duplicate, cure=_to_merge)
    register("customer_differs", _customer_differs, cure=_to_customer)
    register("attachment_rejected", _attachment_rejected)
    register("attachment_unavailable", _attachment_unavailable, cure=_to_files)
    register("invalid_vat_number", _invalid_vat_number, cure=_to_customer)
    register("check_vat_regime", _check_vat_regime, cure=_to_customer, settled_by="vat_regime")


DUPLICATE = "possible_duplicate_customer"
PRICE_CODES = ("unknown_technician", "missing_rate", "missing_mileage_rate", "unknown_material", "missing_price")
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
