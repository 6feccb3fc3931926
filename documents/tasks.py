"""Work after the commit: printing what was issued."""

from django.utils.translation import gettext_lazy as _

from activity.jobs import Running, job
from documents.models import Document
from documents.services import printing


@job("documents.print", label=_("Print a document"))
def print_document(running: Running) -> dict[str, str]:
    file = printing.pdf(Document.objects.get(pk=running.params["document_id"]))
    return {"file": str(file.pk)}
