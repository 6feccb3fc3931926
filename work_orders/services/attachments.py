"""The files of a work order become annexes of its invoice: real PDFs only, and a bad one never holds up the rest.

Files are examined and fetched outside any transaction. What could not be fetched stands as a warning on the document
with all that another try needs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import pikepdf
from django.db import transaction
from django.utils.translation import gettext as _

from activity import events, jobs
from core import files
from core.errors import Conflict, Refused, UnableTo
from core.ids import uuid7
from documents import warnings
from documents.models import Document, FileRole, Warning
from documents.services import annexing
from integrations.contracts.errors import ProviderError
from integrations.contracts.field_service import AttachmentRef
from integrations.services import connecting
from users.models import User
from work_orders.models import WorkOrder

FETCH = "work_orders.fetch_attachments"
LARGEST = 20 * 1024 * 1024
REJECTED, UNAVAILABLE = "attachment_rejected", "attachment_unavailable"


@dataclass(frozen=True)
class Examined:
    """A file that came with the message: its bytes when they can be taken, else the reason why not."""

    ref: AttachmentRef
    content: bytes | None
    problem: str


def examine(ref: AttachmentRef, content: bytes) -> str:
    """Why these bytes are no PDF to annex: a stable word, empty when they are one."""
    if ref.problem:
        return "unreadable"
    if (
        not ref.filename.lower().endswith(".pdf")
        or ref.media_type.partition(";")[0].strip().lower() != "application/pdf"
    ):
        return "not_named_pdf"
    if len(content) > LARGEST:
        return "too_large"
    if ref.sha256 and ref.sha256.strip().lower() != hashlib.sha256(content).hexdigest():
        return "wrong_sha256"
    if not content.startswith(b"%PDF-"):
        return "not_pdf"
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            return "" if len(pdf.pages) else "not_pdf"
    except pikepdf.PasswordError:
        return "encrypted"
    except (pikepdf.PdfError, ValueError, RecursionError):
        return "not_pdf"


def examine_inline(refs: Sequence[AttachmentRef], *, company_id: UUID) -> list[Examined]:
    """Examine what came inside the message, and put the good bytes where annexing will find them."""
    examined = []
    for ref in refs:
        if ref.content is None and not ref.problem:
            continue
        problem = examine(ref, ref.content or b"")
        if not problem and ref.content is not None:
            files.store(ref.content, company_id=company_id)
        examined.append(Examined(ref, ref.content if not problem else None, problem))
    return examined


def replace(
    document: Document,
    order: WorkOrder,
    refs: Sequence[AttachmentRef],
    examined: Sequence[Examined],
    *,
    is_new: bool,
) -> None:
    """Make the order's annexes those of this message; what has to be fetched is left to a job after the commit."""
    annexes = document.files.filter(role=FileRole.ATTACHMENT).exclude(external_id="")
    kept = {} if is_new else {file.external_id: file for file in annexes}
    good = [one for one in examined if one.content is not None]
    hashes = {one.ref.id: hashlib.sha256(one.content or b"").hexdigest() for one in good}
    for external_id, file in kept.items():
        if file.sha256 != hashes.get(external_id):
            annexing.remove(file, by=None)
    for one in good:
        existing = kept.get(one.ref.id)
        if one.content is not None and (existing is None or existing.sha256 != hashes[one.ref.id]):
            _annex(document, one.ref, one.content)
    for one in examined:
        if one.problem:
            _reject(document, one.ref, one.problem)
    to_fetch = [_entry(ref) for ref in refs if ref.content is None and not ref.problem]
    if to_fetch:
        _enqueue(document, order, to_fetch)


def fetch(document_id: UUID, order_id: UUID, entries: Sequence[Mapping[str, Any]]) -> None:
    """Fetch files and annex them; UnableTo when some may come later. Each failure stands on the document meanwhile."""
    document = Document.objects.filter(pk=document_id).first()
    order = WorkOrder.objects.select_related("connection").filter(pk=order_id).first()
    if document is None or order is None:
        return
    there = set(document.files.exclude(external_id="").values_list("external_id", flat=True))
    later = False
    for entry in entries:
        if entry["id"] not in there:
            later = _fetch_one(document, order, entry) or later
    if later:
        raise UnableTo(_("Some files could not be fetched yet."))


def fetch_again(document: Document, *, by: User) -> int:
    """Try anew what could not be fetched; returns how many files that are."""
    missing = list(Warning.objects.filter(document=document, code=UNAVAILABLE))
    order = WorkOrder.objects.filter(document=document).first()
    if not missing or order is None:
        raise Conflict(_("No file is missing here."), code="nothing_missing")
    with transaction.atomic():
        _enqueue(document, order, [warning.data["entry"] for warning in missing])
        events.record("work_orders.attachments.requested", document, by=by, data={"files": len(missing)})
    return len(missing)


def _fetch_one(document: Document, order: WorkOrder, entry: Mapping[str, Any]) -> bool:
    """Fetch one file; whether it is worth another try."""
    ref = _ref(entry)
    try:
        content = connecting.adapter(order.connection).fetch_attachment(order.external_id, ref.id)
    except Refused:
        _miss(document, ref)
        return False
    except ProviderError as error:
        _miss(document, ref)
        if error.needs_user:
            connecting.report_failure(order.connection, error)
        return error.retryable and not error.needs_user
    problem = examine(ref, content)
    with transaction.atomic():
        if not Document.objects.select_for_update(of=("self",)).filter(pk=document.pk).exists():
            return False
        if problem:
            _reject(document, ref, problem)
        else:
            _annex(document, ref, content)
        Warning.objects.filter(document=document, code=UNAVAILABLE, pointer=ref.pointer).delete()
    return False


def _annex(document: Document, ref: AttachmentRef, content: bytes) -> None:
    annexing.add(document, content=content, filename=ref.filename, by=None, label=ref.kind, external_id=ref.id)


def _reject(document: Document, ref: AttachmentRef, problem: str) -> None:
    warnings.add(document, REJECTED, pointer=ref.pointer, filename=ref.filename or ref.id, problem=problem)


def _miss(document: Document, ref: AttachmentRef) -> None:
    with transaction.atomic():
        if Document.objects.select_for_update(of=("self",)).filter(pk=document.pk).exists():
            warnings.add(document, UNAVAILABLE, pointer=ref.pointer, filename=ref.filename, entry=_entry(ref))


def _entry(ref: AttachmentRef) -> dict[str, Any]:
    names = ("id", "kind", "filename", "media_type", "sha256", "pointer")
    return {name: getattr(ref, name) for name in names}


def _ref(entry: Mapping[str, Any]) -> AttachmentRef:
    return AttachmentRef(**entry, size=None, content=None)


def _enqueue(document: Document, order: WorkOrder, entries: Sequence[Mapping[str, Any]]) -> None:
    jobs.enqueue(
        FETCH,
        company_id=document.company_id,
        key=f"attachments:{uuid7()}",
        params={"document_id": str(document.pk), "order_id": str(order.pk), "entries": list(entries)},
        object_id=document.pk,
    )
