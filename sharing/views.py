"""Sharing a document, for members; and the shared page, for whoever has its address."""

import base64
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST, require_safe

from branding.models import Theme
from core import files
from core.access import member_required
from core.errors import Refused
from core.tenancy import company_scope, every_company
from documents.models import Document, File, FileRole
from documents.rendering.payment_code import payment_png
from documents.services import printing, structuring
from documents.views import PAPER_POLICY, answer_file
from payments import states
from sharing import services
from sharing.models import PublicLink

type Shown = Callable[..., HttpResponse]


@member_required
@require_POST
def share(request: Any, pk: UUID) -> HttpResponse:
    """Make the document's link, or keep it open for longer."""
    document = get_object_or_404(Document, pk=pk)
    try:
        services.share(document, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The public page is open. Copy its address and hand it on."))
    return redirect(document)


@member_required
@require_POST
def withdraw(request: Any, pk: UUID, link: UUID) -> HttpResponse:
    """Close the document's link."""
    found = get_object_or_404(PublicLink.objects.select_related("document"), document_id=pk, pk=link)
    services.withdraw(found, by=request.user)
    messages.success(request, _("The public page is closed: its address no longer works."))
    return redirect(found.document)


def _for_anybody(view: Shown) -> Shown:
    """Open the scope of the link's document and speak its language; nothing is indexed, cached or told to others."""

    @wraps(view)
    def opened(request: Any, key: str, **kwargs: Any) -> HttpResponse:
        with every_company():
            link = PublicLink.objects.select_related("document__company", "document__balance").filter(key=key).first()
        if link is None:
            raise Http404
        with company_scope(link.company_id), translation.override(_language(request, link)):
            response = view(request, link, **kwargs) if link.is_open else _gone(request, link)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return opened


def _language(request: Any, link: PublicLink) -> str:
    """The document's, until the reader chooses another."""
    chosen: str = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else link.document.language


def _gone(request: Any, link: PublicLink) -> HttpResponse:
    return render(request, "sharing/gone.html", {"seller": link.document.seller}, status=HTTPStatus.GONE)


@require_safe
@_for_anybody
def document(request: Any, link: PublicLink) -> HttpResponse:
    """What the customer reads: whom it is from, what it says, what is still to be paid and how."""
    shown = link.document
    member = getattr(request, "membership", None)
    if request.method == "GET" and (member is None or member.company_id != link.company_id):
        services.view(link)
    context = {
        "link": link,
        "document": shown,
        "kind": shown.declaration,
        "seller": shown.seller,
        "buyer": shown.buyer,
        "lines": list(shown.lines.all()),
        "vat_lines": list(shown.vat_lines.all()),
        "mentions": shown.mentions,
        "annexes": list(_annexes(shown)),
        "state": states.of(shown),
        "has_logo": _theme(shown) is not None,
        "payment": _payment(shown),
    }
    return render(request, "sharing/document.html", context)


@require_GET
@csp_override(PAPER_POLICY)
@_for_anybody
def pdf(request: Any, link: PublicLink) -> HttpResponse:
    """The PDF, shown or with `?download` saved."""
    file = printing.pdf(link.document)
    return answer_file(files.read(file.key), file.media_type, file.filename, as_attachment="download" in request.GET)


@require_GET
@csp_override(files.POLICY)
@_for_anybody
def ubl(request: Any, link: PublicLink) -> HttpResponse:
    """The invoice for the customer's bookkeeping software."""
    made = structuring.xml(link.document, with_pdf=True)
    return answer_file(made.content, "application/xml", made.filename, as_attachment=True)


@require_GET
@csp_override(files.POLICY)
@_for_anybody
def annex(request: Any, link: PublicLink, pk: UUID) -> HttpResponse:
    """An annex that goes along with the document, always as a download."""
    file = get_object_or_404(_annexes(link.document), pk=pk)
    return answer_file(files.read(file.key), file.media_type, file.filename, as_attachment=True)


@require_GET
@csp_override(files.POLICY)
@_for_anybody
def logo(request: Any, link: PublicLink) -> HttpResponse:
    """The seller's logo."""
    theme = _theme(link.document)
    if theme is None:
        raise Http404
    return answer_file(files.read(theme.logo_key), theme.logo_media_type, "logo", as_attachment=False)


def _annexes(document: Document) -> Any:
    return File.objects.filter(document=document, role=FileRole.ATTACHMENT, send_along=True)


def _theme(document: Document) -> Theme | None:
    """The theme that the document is printed with, where it has a logo."""
    theme = document.theme or Theme.objects.filter(is_default=True).first()
    return theme if theme is not None and theme.logo_key else None


def _payment(document: Document) -> dict[str, Any] | None:
    """What is still to be paid, and the code that fills in the transfer; None where nothing is."""
    if document.declaration.sign < 0 or document.open_amount <= 0:
        return None
    payment = printing.payment(document, amount=document.open_amount)
    found: dict[str, Any] = {"details": payment}
    if document.currency == "EUR" and payment.iban:
        found["code"] = f"data:image/png;base64,{base64.b64encode(payment_png(payment)).decode()}"
    return found
