"""The two jobs of this app: a kept message, and a synchronisation."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activity.jobs import Running, job
from core.errors import UnableTo
from integrations.models import HookState
from integrations.services import receiving, syncing


@job(receiving.PROCESS, label=_("Process a received message"))
def process_message(job: Running) -> None:
    state = receiving.process_kept(UUID(job.params["hook_id"]))
    if state in (HookState.WAITING, HookState.FAILED):
        raise UnableTo(_("The message could not be processed yet."))


@job(syncing.SYNCHRONISE, max_attempts=syncing.MAX_ATTEMPTS, label=_("Synchronise products"))
def synchronise(job: Running) -> None:
    is_last_attempt = job.attempt >= syncing.MAX_ATTEMPTS
    syncing.perform(UUID(job.params["run_id"]), report=job.progress, is_last_attempt=is_last_attempt)
