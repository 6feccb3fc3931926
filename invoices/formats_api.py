"""The other forms of a document over the REST API: PDF for people, UBL for machines, a page for readers."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.utils.csp import CSP, build_policy
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from core import files
from core.api import downloads, queries
from core.api.errors import BadParameter, fault
from core.api.fields import Choice
from core.api.views import ApiView
from documents.services import printing, structuring


class Formats(ApiView):
    """`…/pdf/`, `…/ubl/` and `…/html/` of one document."""

    @action(detail=True, methods=["get"], renderer_classes=[downloads.renderer("application/pdf"), JSONRenderer])
    def pdf(self, request: Request, pk: Any) -> HttpResponse:
        """The kept PDF of an issued document; of a draft, how it would look now."""
        queries.known_only(request, ())
        document = self.find(pk)
        if document.is_draft:
            content, filename = printing.preview(document), "draft.pdf"
        else:
            kept = printing.pdf(document)
            content, filename = files.read(kept.key), kept.filename
        return _answer(request, content, "application/pdf", {"Content-Disposition": f'inline; filename="{filename}"'})

    @action(
        detail=True,
        methods=["get"],
        renderer_classes=[downloads.renderer("application/xml"), JSONRenderer],
        query={"embed": Choice([("pdf", "The PDF, inside the UBL")], required=False)},
        refuses=[409],
    )
    def ubl(self, request: Request, pk: Any) -> HttpResponse:
        """The UBL of an issued document (Peppol BIS Billing 3.0); `?embed=pdf` puts its PDF inside."""
        queries.known_only(request, ("embed",))
        embed = request.query_params.get("embed")
        if embed not in {None, "pdf"}:
            raise BadParameter([fault("?embed", "invalid_choice", _("Only `pdf` can be embedded."))])
        made = structuring.xml(self.find(pk), with_pdf=embed == "pdf")
        disposition = content_disposition_header(True, made.filename) or "attachment"
        return _answer(request, made.content, "application/xml", {"Content-Disposition": disposition})

    @action(detail=True, methods=["get"], renderer_classes=[downloads.renderer("text/html"), JSONRenderer])
    def html(self, request: Request, pk: Any) -> HttpResponse:
        """The document as it is printed, as one page that runs nothing and loads nothing."""
        queries.known_only(request, ())
        made = printing.html(self.find(pk))
        headers = {
            "Content-Security-Policy": build_policy(made.policy(framed_by=CSP.NONE)),
            "Content-Disposition": "inline",
        }
        return _answer(request, made.content, "text/html; charset=utf-8", headers)


def _answer(request: Request, content: bytes, media_type: str, headers: dict[str, str]) -> HttpResponse:
    sha256 = hashlib.sha256(content).hexdigest()
    return downloads.answer(request, lambda: content, sha256=sha256, media_type=media_type, headers=headers)
