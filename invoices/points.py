"""What is still to be looked at on a draft: each point in words, with the cures that the person before it may take."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.errors import Refused
from documents import warnings
from documents.models import Document, Warning
from documents.services import issuing
from documents.warnings import Cure
from users.models import Membership, Role

type Point = dict[str, Any]

OF_COMPANY = {"seller_incomplete"}
OF_CUSTOMER = {"buyer_incomplete", "vat_number_missing"}
OF_DATE = {"future_date", "date_before_last"}


def of(document: Document, *, viewer: Membership) -> list[Point]:
    """The open warnings, and what a draft's customer lacks."""
    found = _of_customer(document, viewer) if document.is_draft and document.party else []
    for warning in document.warnings.select_related("document__party", "line"):
        if warnings.holds(warning):
            found.append(of_warning(warning, viewer=viewer))
    return found


def of_warning(warning: Warning, *, viewer: Membership) -> Point:
    """One warning, with its cure and the way to wave it away."""
    dismissal = reverse("documents:dismiss-warning", args=[warning.pk]) if warnings.can_dismiss(warning) else ""
    return {**_point(warnings.message(warning), warnings.cure(warning), viewer), "dismissal": dismissal}


def _of_customer(document: Document, viewer: Membership) -> list[Point]:
    """A company without its address cannot be invoiced; one without its VAT number gets no e-invoice."""
    cure = _way_out(document, "buyer_incomplete")
    found = []
    try:
        party = issuing.buyer_of(document)
    except Refused as refusal:
        return [_point(str(refusal), cure, viewer)] if refusal.code == "buyer_incomplete" else []
    if party.is_company and not party.vat_number:
        text = _("%s is a company without a VAT number; an e-invoice needs it. A private person is marked as such.")
        found.append(_point(text % party.name, cure, viewer))
    return found


def of_obstacles(document: Document, obstacles: Iterable[Refused], *, viewer: Membership) -> list[Point]:
    """What would refuse the issue, and where it is put right."""
    return [_point(str(obstacle), _way_out(document, obstacle.code), viewer) for obstacle in obstacles]


def _way_out(document: Document, code: str) -> Cure | None:
    back = urlencode({"next": document.get_absolute_url()})
    if code in OF_COMPANY:
        return Cure(_("Complete your company's details"), f"{reverse('users:company')}?{back}", owner_only=True)
    if code in OF_CUSTOMER:
        url = reverse("customers:edit", args=[document.party_id])
        return Cure(_("Complete the customer"), f"{url}?{back}")
    if code in OF_DATE:
        return None
    return Cure(_("Edit the draft"), reverse("invoices:edit", args=[document.kind, document.pk]))


def _point(text: str, cure: Cure | None, viewer: Membership) -> Point:
    """A sentence with its cure, or with the names of those who may take it."""
    if cure is not None and cure.owner_only and viewer.role != Role.OWNER:
        return {"text": text, "hint": _("Only an owner can do this: %s.") % _owners(viewer), "cures": []}
    return {"text": text, "cures": [cure] if cure else []}


def _owners(colleague: Membership) -> str:
    owners = Membership.objects.filter(company_id=colleague.company_id, role=Role.OWNER, is_active=True)
    return ", ".join(str(owner.user) for owner in owners.select_related("user").order_by("created_at"))
