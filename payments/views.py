"""Pages of payments: record one, set a credit note against an invoice, take either back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.access import member_required
from core.errors import Refused
from core.forms import show_refusal
from documents.models import Document
from payments.forms import ApplicationForm, PaymentForm
from payments.models import Direction, Payment, Settlement
from payments.services import applying, recording


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Any, pk: UUID) -> HttpResponse:
    """Write down a payment on an invoice, or a refund on a credit note or an overpaid invoice."""
    document = _document_or_404(pk)
    if document.is_draft:
        messages.warning(request, _("A draft cannot be paid. Issue it first."))
        return redirect(document)
    usual = Direction.IN if document.declaration.sign > 0 else Direction.OUT
    wanted = request.POST.get("direction") or request.GET.get("direction")
    direction = wanted if wanted in Direction.values else usual.value
    form = PaymentForm(request.POST or None, initial=PaymentForm.initial_of(document, direction))
    if request.method == "POST" and form.is_valid() and _record(request, document, form):
        return redirect(document)
    context = {"document": document, "form": form, "is_refund": direction == Direction.OUT}
    return render(request, "payments/payment_record.html", context, status=422 if form.errors else 200)


def _record(request: Any, document: Document, form: PaymentForm) -> bool:
    data = form.cleaned_data
    try:
        payment = recording.record(
            document,
            amount=data["amount"],
            on=data["date"],
            method=data["method"],
            reference=data["reference"],
            direction=data["direction"] or None,
            by=request.user,
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    is_refund = payment.direction == Direction.OUT
    messages.success(request, _("The refund is recorded.") if is_refund else _("The payment is recorded."))
    return True


@member_required
@require_POST
def undo(request: Any, pk: UUID, payment: UUID) -> HttpResponse:
    """Take a payment of a document back."""
    document = _document_or_404(pk)
    row = get_object_or_404(Payment.objects.filter(settlements__document=document).distinct(), pk=payment)
    try:
        recording.undo(row, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The payment is undone."))
    return redirect(document)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: Any, pk: UUID) -> HttpResponse:
    """Set a credit note against an open invoice of the same customer."""
    document = _document_or_404(pk)
    if document.is_draft or document.open_amount <= 0 or document.declaration.sign > 0:
        messages.warning(request, _("Nothing here can be set against an invoice."))
        return redirect(document)
    form = ApplicationForm(request.POST or None, credit_note=document)
    if request.method == "POST" and form.is_valid() and _apply(request, document, form):
        return redirect(document)
    context = {"document": document, "form": form}
    return render(request, "payments/credit_note_apply.html", context, status=422 if form.errors else 200)


def _apply(request: Any, document: Document, form: ApplicationForm) -> bool:
    data = form.cleaned_data
    try:
        settlement = applying.apply(document, to=data["invoice"], amount=data["amount"], by=request.user)
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    messages.success(request, _("The credit note is set against %s.") % settlement.document.number)
    return True


@member_required
@require_POST
def release(request: Any, pk: UUID, settlement: UUID) -> HttpResponse:
    """Take a credit note off an invoice again, from the page of either."""
    document = _document_or_404(pk)
    rows = Settlement.objects.filter(document=document) | Settlement.objects.filter(credit_note=document)
    row = get_object_or_404(rows, pk=settlement)
    try:
        applying.undo(row, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The credit note is taken off the invoice."))
    return redirect(document)


def _document_or_404(pk: UUID) -> Document:
    return get_object_or_404(Document.objects.select_related("balance", "party", "company"), pk=pk)
