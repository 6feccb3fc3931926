"""What lives below a document over the REST API, and the first of it: its annexes."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.csp import build_policy
from django.utils.http import content_disposition_header
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from core import files
from core.api import downloads, queries
from core.api.fields import Computed, Flag, FormFlag, Identifier, Moment, Text, Upload, Whole
from core.api.parsers import StrictFormParser
from core.api.serializers import Resource
from core.api.views import Changed, Created, Deleted, Listed, Read
from documents.models import Document, File, FileRole
from documents.services import annexing


class BelowDocument(Listed, Read, Created, Deleted):
    """Rows of one document of the kind that the address says; another document's are 404. `creating` says how a body
    of the list's address is read, where it is no JSON.
    """

    creating: ClassVar[Mapping[str, Any]] = {}
    kind: str = ""
    document: Document

    def _respond(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The verbs are those of any row, once the document is found."""
        self.document = self._found(kwargs.pop("document"))
        return super()._respond(request, *args, **kwargs)

    def _found(self, pk: UUID) -> Document:
        found: Document | None = Document.objects.filter(kind=self.kind, pk=pk).first()
        if found is None:
            raise Http404
        return found


class AttachmentResource(Resource):
    example: ClassVar[Any] = {"kind": "work_order", "send_along": True}

    id = Identifier()
    created_at = Moment()
    kind = Computed(lambda file: file.label or file.role, kind=Text(), reads=("label", "role"))
    filename = Text()
    media_type = Text()
    size = Whole()
    sha256 = Text()
    send_along = Flag()


_BESIDE = 1024 * 1024  # what a form holds beside its file, and a file a little too large, which is told by its name


class UploadBody(Resource):
    file = Upload(help_text="A PDF, PNG or JPEG of at most 20 MB; its name is kept without its path.")
    kind = Text(
        required=False, source="label", max_length=30, help_text="What it is, for example `certificate`; any word."
    )
    send_along = FormFlag(required=False, help_text="Whether it leaves with the document by e-mail.")


class AttachmentBody(Resource):
    filename = Text()
    send_along = Flag()


class AttachmentView(Changed, BelowDocument):
    """`invoices/{id}/attachments/` and `credit-notes/{id}/attachments/`; also of an issued document."""

    area = "invoices"
    resource = AttachmentResource
    made_from = UploadBody
    written = AttachmentBody
    ordering: ClassVar[Any] = ("created_at", "filename", "size")
    creating: ClassVar[Any] = {"parser_classes": [StrictFormParser], "max_body": annexing.LARGEST + _BESIDE}

    def rows(self) -> QuerySet[Any]:
        return File.objects.filter(document=self.document, role=FileRole.ATTACHMENT)

    def perform_create(self, values: dict[str, Any]) -> File:
        with values.pop("file") as upload:
            return annexing.add(self.document, content=upload.read(), filename=upload.name, by=self.user, **values)

    def perform_update(self, row: File, values: dict[str, Any]) -> None:
        if "filename" in values:
            annexing.rename(row, filename=values["filename"], by=self.user)
        if "send_along" in values:
            annexing.tick(row, send_along=values["send_along"], by=self.user)

    def perform_destroy(self, row: File) -> None:
        annexing.remove(row, by=self.user)

    @action(
        detail=True,
        methods=["get"],
        renderer_classes=[*(downloads.renderer(kind) for kind in annexing.SIGNATURES), JSONRenderer],
    )
    def content(self, request: Request, pk: Any) -> HttpResponse:
        """The bytes of an annex, always as a download."""
        queries.known_only(request, ())
        file = self.find(pk)
        headers = {
            "Content-Disposition": content_disposition_header(True, file.filename) or "attachment",
            "Content-Security-Policy": build_policy(files.POLICY),
            "X-Content-Type-Options": "nosniff",
        }
        return downloads.answer(
            request,
            lambda: files.read(file.key),
            sha256=file.sha256,
            media_type=file.media_type,
            headers=headers,
        )
