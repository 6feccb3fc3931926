"""Issuing by hand: what becomes final is shown first, and nothing else than that is issued."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import member_required
from core.errors import Refused
from documents import warnings
from documents.models import Document, FileRole
from documents.services import foreseeing, issuing
from invoices import points
from invoices.forms import IssueForm
from invoices.views.finding import document_or_404


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: Any, kind: str, pk: UUID) -> HttpResponse:
    """The summary of a draft on a date, and the last yes."""
    document = document_or_404(kind, pk)
    if not document.is_draft:
        messages.info(request, _("%s is issued already.") % document.number)
        return redirect(document)
    if request.method != "POST":
        form = IssueForm({"issue_date": request.GET.get("issue_date") or timezone.localdate()})
        return _page(request, document, on=form.date() or timezone.localdate())
    form = IssueForm(request.POST)
    if not form.is_valid():
        return _page(request, document, on=form.date() or timezone.localdate(), problem=_("Give a valid issue date."))
    data = form.cleaned_data
    try:
        issued = issuing.issue(
            document,
            by=request.user,
            on=data["issue_date"],
            accept_warnings=data["accept_warnings"],
            seen=data["seen"],
        )
    except Refused as refusal:
        return _page(request, document, on=data["issue_date"], problem=str(refusal))
    messages.success(request, _("%s is issued.") % issued.number)
    return redirect(document)


def _page(request: Any, document: Document, *, on: date, problem: str = "") -> HttpResponse:
    outlook = foreseeing.foresee(document, on=on)
    obstacles = points.of_obstacles(document, outlook.obstacles, viewer=request.membership)
    open_points = points.of(document, viewer=request.membership)
    context = {
        "draft": document,
        "document": outlook.document,
        "outlook": outlook,
        "vat_lines": outlook.vat_lines,
        "kind": document.declaration,
        "form": IssueForm(initial={"seen": outlook.digest, "issue_date": on}),
        "problem": problem,
        "obstacles": obstacles,
        "points": [point for point in open_points if point["text"] not in {one["text"] for one in obstacles}],
        "has_open_prices": document.warnings.filter(code__in=warnings.price_codes()).exists(),
        "annexes": document.files.filter(role=FileRole.ATTACHMENT, send_along=True),
    }
    return render(request, "invoices/document_issue.html", context, status=422 if problem else 200)
