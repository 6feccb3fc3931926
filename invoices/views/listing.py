"""The lists of invoices and of credit notes."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from core import filters, keysets
from core.access import member_required
from documents import kinds
from documents.models import Document
from invoices import bulk, columns, course, habits
from invoices.forms import FilterForm

PAGE_SIZE = 50


@member_required
@require_GET
def index(request: Any, kind: str) -> HttpResponse:
    """Documents of one kind, filtered and paged; what they come to is added up where `sums` asks for it."""
    declaration = kinds.get(kind)
    form = FilterForm(request.GET, kind=declaration)
    in_use = filters.in_use(form)
    rows = course.filtered(Document.objects.filter(kind=kind), form.cleaned_data, today=timezone.localdate())
    context: dict[str, Any] = {
        "kind": declaration,
        "form": form,
        "filters": in_use,
        "given": filters.given(form),
        "currency": form.cleaned_data.get("currency") or request.company.currency,
        "actions": bulk.ACTIONS.values(),
    }
    if "sums" in request.GET:
        context["sums"] = course.sums(rows)
    if request.headers.get("HX-Target") == "sums":
        return render(request, "invoices/document_sums.html", context)
    shown = habits.columns_of(declaration, user=request.user)
    context |= {
        "columns": shown,
        "choices": columns.of(declaration),
        "saved": habits.filters_of(declaration, user=request.user),
    }
    cursor = request.GET.get("cursor", "")
    page = keysets.page(rows, course.ORDERING, cursor=cursor, size=PAGE_SIZE)
    for document in page.rows:
        document.shown_state = course.shown_state(document)
        document.cells = columns.cells(document, shown)
    return render(request, "invoices/document_list.html", {**context, "page_obj": page})
