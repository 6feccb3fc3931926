"""The document that an address names: of the company in scope and of the kind the address says, else 404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from documents.models import Document
from invoices import course


def document_or_404(kind: str, pk: UUID) -> Document:
    """The document with its people and company, and how far it has come."""
    rows = Document.objects.filter(kind=kind).select_related("company", "party", "issued_by", "theme")
    return get_object_or_404(course.with_course(rows), pk=pk)


def draft_or_404(kind: str, pk: UUID) -> Document:
    """A draft of this kind."""
    rows = Document.objects.drafts().filter(kind=kind).select_related("company", "party", "theme")
    return get_object_or_404(rows, pk=pk)
