"""Locking and moving balances: every change of an open amount passes here."""

from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from core.errors import Refused
from documents.models import Balance, Document

LIMIT = Decimal(10) ** 12  # what the column holds


def lock(*documents: UUID) -> dict[UUID, Balance]:
    """The balances of these documents with their documents, locked in the order of their ids.

    The documents' rows are taken first, as issuing a credit note takes them, so that nobody waits in a circle.
    """
    rows = Document.objects.filter(pk__in=documents)
    list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    found = Balance.objects.filter(document__in=documents).select_related("document")
    return {row.document_id: row for row in found.select_for_update(of=("self",)).order_by("document_id")}


def move(balance: Balance, amount: Decimal) -> None:
    """Take `amount` off a locked balance; refuses what no column can hold."""
    balance.open_amount -= amount
    if abs(balance.open_amount) >= LIMIT:
        raise Refused(_("This amount is too large."), code="too_large", pointer="/amount")
    balance.save(update_fields=["open_amount"])
