"""Annexes of a document: work order reports, certificates, whatever a person adds."""

from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core import files
from core.errors import Refused
from documents.models import Document, File, FileRole
from users.models import User

LARGEST = 20 * 1024 * 1024
SIGNATURES = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def bare_name(filename: str) -> str:
    """The last part of a path of either style, without control characters, at most 200 characters."""
    return _bare(filename) or _("annex")


def _bare(filename: str) -> str:
    name = PurePosixPath(PureWindowsPath(filename).name).name
    name = "".join(character for character in name if character.isprintable()).strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 20 else name[:200]


def media_type_of(content: bytes) -> str | None:
    """The type that the first bytes tell, among those that may be annexed."""
    return next((kind for kind, magic in SIGNATURES.items() if content.startswith(magic)), None)


@transaction.atomic
def add(
    document: Document,
    *,
    content: bytes,
    filename: str,
    by: User | None,
    label: str = "",
    external_id: str = "",
    send_along: bool = True,
) -> File:
    """Keep a file with a document. The same `external_id` again replaces it."""
    if not content:
        raise Refused(_("This file is empty."), code="empty", pointer="/file")
    media_type = media_type_of(content)
    if media_type is None:
        raise Refused(_("Only PDF, PNG and JPEG files can be annexed."), code="unsupported_file", pointer="/file")
    if len(content) > LARGEST:
        raise Refused(_("A file may be at most 20 MB."), code="file_too_large", pointer="/file")
    stored = files.store(content, company_id=document.company_id)
    values = {
        "role": FileRole.ATTACHMENT,
        "label": label,
        "filename": bare_name(filename),
        "media_type": media_type,
        "key": stored.key,
        "sha256": stored.sha256,
        "size": stored.size,
    }
    if external_id:
        values["external_id"] = external_id
    file = _replaced(document, values) if external_id else None
    if file is None:
        file = File.objects.create(company_id=document.company_id, document=document, send_along=send_along, **values)
    events.record("documents.file.added", document, by=by, data={"file": str(file.pk), "filename": file.filename})
    return file


def _replaced(document: Document, values: dict[str, Any]) -> File | None:
    """The annex that carries this external id already, with its new content."""
    if not File.objects.filter(document=document, external_id=values["external_id"]).update(**values):
        return None
    file: File = File.objects.get(document=document, external_id=values["external_id"])
    return file


@transaction.atomic
def tick(file: File, *, send_along: bool, by: User) -> File:
    """Choose whether an annex leaves with the document."""
    if file.send_along == send_along:
        return file
    file.send_along = send_along
    file.save(update_fields=["send_along"])
    verb = "ticked" if send_along else "unticked"
    events.record(f"documents.file.{verb}", file.document, by=by, data={"filename": file.filename})
    return file


@transaction.atomic
def rename(file: File, *, filename: str, by: User) -> File:
    """Give an annex another name; mails already queued take the new one too."""
    name = _bare(filename)
    if not name:
        raise Refused(_("An annex needs a name."), code="required", pointer="/filename")
    if name == file.filename:
        return file
    before, file.filename = file.filename, name
    file.save(update_fields=["filename"])
    data = {"file": str(file.pk), "before": before, "filename": file.filename}
    events.record("documents.file.renamed", file.document, by=by, data=data)
    return file


@transaction.atomic
def remove(file: File, *, by: User | None) -> None:
    """Take an annex away; the printed PDF of an issued document stays."""
    if file.role != FileRole.ATTACHMENT:
        raise Refused(_("The printed document itself cannot be removed."), code="not_an_annex")
    events.record("documents.file.removed", file.document, by=by, data={"filename": file.filename})
    file.delete()
