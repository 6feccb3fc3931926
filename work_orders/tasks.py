"""The job of this app: files that did not come with their work order."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activity.jobs import Running, job
from work_orders.services import attachments


@job(attachments.FETCH, label=_("Fetch files of a work order"))
def fetch_attachments(job: Running) -> None:
    attachments.fetch(UUID(job.params["document_id"]), UUID(job.params["order_id"]), job.params["entries"])
