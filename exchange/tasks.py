"""The three jobs of an import: check, run, undo. What they say is in the language of the person who waits for it."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from activity.jobs import Running, job
from exchange.models import Import
from exchange.services import preparing, running, undoing
from users.models import User


@job(preparing.CHECK, label=_("Check a file to import"))
def check(job: Running) -> dict[str, int]:
    source = Import.objects.select_related("made_by").get(pk=UUID(job.params["import_id"]))
    with translation.override(source.made_by.language):
        return preparing.check(source.pk, report=job.progress)


@job(running.RUN, label=_("Import a file"))
def run(job: Running) -> dict[str, int]:
    by = User.objects.get(pk=job.params["by"])
    with translation.override(by.language):
        return running.run(UUID(job.params["import_id"]), by=by, report=job.progress)


@job(undoing.UNDO, label=_("Undo an import"))
def undo(job: Running) -> dict[str, int]:
    by = User.objects.get(pk=job.params["by"])
    with translation.override(by.language):
        return undoing.undo(UUID(job.params["import_id"]), by=by, report=job.progress)
