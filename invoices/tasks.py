"""The job behind what is done with many documents at once, in the language of the person who asked."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.jobs import Running, job
from core import files
from core.errors import Refused, UnableTo
from documents import kinds
from documents.models import Document
from documents.services import issuing
from invoices import bulk, bundles
from sending import services as sending
from users.models import User

AT_ONCE = 200  # rows read together


@job(bulk.JOB, label=gettext_lazy("Many documents at once"))
def run(running: Running) -> dict[str, Any]:
    """How many are done, what went wrong with which, and the file that came of it."""
    action = bulk.ACTIONS[running.params["action"]]
    by = User.objects.get(pk=running.params["by"])
    with translation.override(by.language):
        if make := bulk.FILES.get(action.key):
            return _bundle(running, make)
        return _each(running, _issue if action is bulk.ISSUE else _send, by=by)


def _each(running: Running, act: Callable[..., None], *, by: User) -> dict[str, Any]:
    done, problems = 0, []
    for document in _documents(running):
        try:
            act(document, running, by=by)
        except (Refused, UnableTo) as error:
            label = document.number or f"{_('Draft')} {document.buyer_name}".strip()
            problems.append({"label": label, "url": document.get_absolute_url(), "reason": str(error)})
        else:
            done += 1
    gone = len(running.params["ids"]) - done - len(problems)
    if gone:
        problems.append({"label": str(gone), "url": "", "reason": _("Deleted in the meantime.")})
    return {"done": done, "problems": problems}


def _issue(document: Document, running: Running, *, by: User) -> None:
    """A second run finds what the first one issued and leaves it."""
    if document.issued_at and document.issued_at >= running.row.created_at and document.issued_by_id == by.pk:
        return
    issuing.issue(document, by=by)


def _send(document: Document, running: Running, *, by: User) -> None:
    proposal = sending.compose(document)
    sending.queue(
        document,
        by=by,
        to=proposal.to,
        cc=proposal.cc,
        bcc=proposal.bcc,
        subject=proposal.subject,
        body=proposal.body,
        file_ids=[file.pk for file in proposal.files],
        click_id=f"bulk:{running.id}",
    )


def _bundle(running: Running, make: bundles.Make) -> dict[str, Any]:
    documents = list(_documents(running, report=False))
    bundle = make(_told(running, documents))
    stored = files.store(bundle.content, company_id=running.company_id)
    kind = kinds.get(documents[0].kind).label_plural if documents else _("Documents")
    name = f"{slugify(str(kind))}-{timezone.localdate():%Y-%m-%d}.{bundle.extension}"
    file = {"key": stored.key, "name": name, "size": stored.size, "media_type": bundle.media_type}
    return {"done": len(documents), "problems": [], "file": file}


def _told(running: Running, documents: list[Document]) -> Iterator[Document]:
    for number, document in enumerate(documents, 1):
        yield document
        running.progress(number, len(documents))


def _documents(running: Running, *, report: bool = True) -> Iterator[Document]:
    """The documents in the order that was confirmed; those deleted since are left out."""
    ids = running.params["ids"]
    for first in range(0, len(ids), AT_ONCE):
        part = ids[first : first + AT_ONCE]
        found = {str(document.pk): document for document in bulk.reading(part)}
        for number, pk in enumerate(part, first + 1):
            if pk in found:
                yield found[pk]
            if report:
                running.progress(number, len(ids))
