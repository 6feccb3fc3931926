"""What invoices show on a customer's page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from customers.models import Party
from documents.models import Document, DocumentQuerySet
from invoices import course
from invoices.kinds import SALES
from payments.queries import owed_by

PAGE_SIZE = 25


def _documents(party: Party) -> DocumentQuerySet:
    rows: DocumentQuerySet = Document.objects.filter(party=party, kind__in=SALES)
    return rows


def count(party: Party) -> int:
    """How many documents a customer has, drafts too."""
    return _documents(party).count()


def documents_tab(request: HttpRequest, party: Party) -> dict[str, Any]:
    """A customer's drafts, invoices and credit notes, and what is to be paid in all."""
    rows = course.with_course(_documents(party)).order_by(*course.ORDERING.terms(backwards=False))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for document in page.object_list:
        document.shown_state = course.shown_state(document)  # type: ignore[attr-defined]
    return {"page": page, "owed": owed_by(party)}
