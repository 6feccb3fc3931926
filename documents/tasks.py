"""Work after the commit: printing what was issued."""

from activity.jobs import Running, job
from documents.models import Document
from documents.services import printing


@job("documents.print")
def print_document(running: Running) -> dict[str, str]:
    file = printing.pdf(Document.objects.get(pk=running.params["document_id"]))
    return {"file": str(file.pk)}
