"""Crediting an invoice: all that remains of it, or chosen quantities of its lines."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import member_required
from core.errors import Refused
from documents import remainders
from documents.services import crediting
from invoices.forms import CreditForm
from invoices.kinds import INVOICE
from invoices.views.finding import document_or_404


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def credit(request: Any, pk: UUID) -> HttpResponse:
    """Choose what to credit; the answer is a draft credit note."""
    document = document_or_404(INVOICE.key, pk)
    if document.is_draft:
        messages.warning(request, _("A draft needs no credit note: change it or delete it."))
        return redirect(document)
    takes_all = "all" in request.POST
    form = CreditForm(None if takes_all else request.POST or None, remaining=remainders.of_lines(document))
    if request.method == "POST" and (takes_all or form.is_valid()):
        quantities = None if takes_all else form.quantities()
        try:
            draft = crediting.credit(document, by=request.user, quantities=quantities)
        except Refused as refusal:
            _show(form, refusal, list(quantities or {}))
            if takes_all:
                messages.error(request, str(refusal))
        else:
            messages.success(request, _("The credit note is ready as a draft. Check it, then issue it."))
            return redirect(draft)
    context = {"document": document, "form": form, "rows": form.rows()}
    return render(request, "invoices/document_credit.html", context, status=422 if form.errors else 200)


def _show(form: CreditForm, refusal: Refused, line_ids: list[UUID]) -> None:
    """Put a refusal beside the quantity that it is about."""
    if not form.is_bound:
        return
    parts = refusal.pointer.split("/")
    is_quantity = len(parts) > 2 and parts[1] == "lines" and parts[2].isdigit()
    form.add_error(str(line_ids[int(parts[2])]) if is_quantity else None, str(refusal))
