"""The lists of invoices and of credit notes."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.access import member_required
from customers.models import Party
from documents import kinds
from documents.models import Document
from invoices import course
from invoices.forms import FilterForm

PAGE_SIZE = 50


@member_required
@require_GET
def index(request: Any, kind: str) -> HttpResponse:
    """Documents of one kind, filtered and paged, with what they come to."""
    declaration = kinds.get(kind)
    form = FilterForm(request.GET)
    if not declaration.has_due_date:
        form.leave_out_paying()
    chosen = form.cleaned_data if form.is_valid() else {}
    rows = course.filtered(Document.objects.filter(kind=kind), chosen, today=timezone.localdate())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for document in page.object_list:
        document.shown_state = course.shown_state(document)  # type: ignore[attr-defined]
    context = {
        "kind": declaration,
        "form": form,
        "page_obj": page,
        "sums": course.sums(rows),
        "is_filtered": any(chosen.values()),
        "customer": Party.objects.filter(pk=chosen["customer"]).first() if chosen.get("customer") else None,
    }
    return render(request, "invoices/document_list.html", context)
