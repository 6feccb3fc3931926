"""A message from outside: stored as it came, then processed in one transaction, and never lost in between.

A job is queued together with the stored message; it finishes what the request could not: a crash, a deadline, somebody
else at work on the same order. Processing twice is harmless, because the message's row is locked and says what became
of it.
"""

import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from activity import events, jobs
from core.errors import Refused
from core.tenancy import company_scope
from integrations import decoding, registry
from integrations.contracts.field_service import InvalidWorkOrder
from integrations.handling import Busy, Deadline
from integrations.models import Connection, HookState, InboundHook
from users.models import User

logger = logging.getLogger(__name__)

PROCESS = "integrations.process_message"
REQUEST_SECONDS = 10.0
JOB_SECONDS = 300.0
HEAL_AFTER = timedelta(seconds=15)  # later than the request's own deadline


@dataclass(frozen=True)
class Processed:
    """The message after the attempt, and whether this very attempt is what settled it."""

    hook: InboundHook
    is_new: bool


def store(connection: Connection, *, message_id: str, body: bytes) -> InboundHook:
    """Keep the message and the job that will see to it; the same message id again is the message already kept."""
    fresh = InboundHook(company_id=connection.company_id, connection=connection, message_id=message_id, body=body)
    with company_scope(connection.company_id), transaction.atomic():
        InboundHook.objects.bulk_create([fresh], ignore_conflicts=True)
        ids = InboundHook.objects.filter(connection=connection, message_id=message_id).values_list("pk", flat=True)
        kept_id = ids.get()
        if kept_id == fresh.pk:
            _enqueue(fresh, delay=HEAL_AFTER)
            return fresh
        kept: InboundHook = _rows().get(pk=kept_id)
    return kept


def process(hook: InboundHook, *, deadline: Deadline) -> Processed:
    """Do what the message asks, once. One that cannot be done now stays waiting or failed, and its job tries again."""
    with company_scope(hook.company_id), translation.override(hook.connection.company.language):
        if hook.state in (HookState.PROCESSED, HookState.REFUSED):
            return Processed(hook, is_new=False)
        try:
            return _process(hook, deadline)
        except (Busy, OperationalError):
            logger.info("message %s waits for its turn", hook.pk)
            _leave_open(hook)
        except Refused as refusal:
            _fail(hook, str(refusal))
        except Exception as error:
            # The message of an exception may quote what was sent; where it happened does not.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("message %s failed: %s\n%s", hook.pk, type(error).__name__, where)
            _fail(hook, _("Something went wrong on our side. It is tried again by itself."))
        return Processed(_rows().get(pk=hook.pk), is_new=False)


def reprocess(hook: InboundHook, *, by: User) -> InboundHook:
    """Process a kept message anew, as if it had just come."""
    with transaction.atomic():
        locked = _rows().select_for_update(of=("self",)).get(pk=hook.pk)
        locked.state, locked.error = HookState.WAITING, ""
        locked.save(update_fields=["state", "error"])
        _enqueue(locked, delay=HEAL_AFTER)
        events.record("integrations.message.reprocessed", locked, by=by)
    return process(locked, deadline=Deadline(REQUEST_SECONDS)).hook


def _process(hook: InboundHook, deadline: Deadline) -> Processed:
    declaration = registry.provider(hook.connection.provider)
    handler = registry.handler(hook.connection.provider)
    try:
        message = declaration.parse(decoding.decode(bytes(hook.body)))
    except InvalidWorkOrder as invalid:
        errors = [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in invalid.errors]
        return _settle(hook, state=HookState.REFUSED, answer_status=422, answer={"errors": errors})
    hook.subject_id, hook.subject_number = message.id, message.number
    prepared = handler.prepare(hook, message)
    with transaction.atomic():
        deadline.bound_locks()
        if _lock(hook) in (HookState.PROCESSED, HookState.REFUSED):
            return Processed(_rows().get(pk=hook.pk), is_new=False)
        received = handler.receive(hook, message, prepared, deadline=deadline)
        deadline.check()
        return _settle(
            hook,
            state=HookState.PROCESSED,
            answer_status=received.status,
            answer=declaration.answer(received.outcome),
            object_id=received.object_id,
        )


def _rows() -> QuerySet[InboundHook]:
    """Messages without their bytes, which may be megabytes; those are read where they are needed."""
    rows: QuerySet[InboundHook] = InboundHook.objects.select_related("connection__company").defer("body")
    return rows


def _lock(hook: InboundHook) -> str:
    """Lock the message's row, at once or not at all; its state as it is now."""
    rows = InboundHook.objects.filter(pk=hook.pk)
    if connection.features.has_select_for_update_nowait:
        rows = rows.select_for_update(nowait=True)
    state: str = rows.values_list("state", flat=True).get()
    return state


def _settle(hook: InboundHook, **values: Any) -> Processed:
    """Write what became of the message; its job is no longer needed."""
    for name, value in values.items():
        setattr(hook, name, value)
    hook.error, hook.processed_at = "", timezone.now()
    with transaction.atomic(savepoint=False):
        hook.save(update_fields=[*values, "subject_id", "subject_number", "error", "processed_at"])
        jobs.withdraw(company_id=hook.company_id, key=_job_key(hook))
    return Processed(hook, is_new=True)


def _leave_open(hook: InboundHook, **values: Any) -> None:
    """Write what is known of a message that could not be settled, unless somebody else settled it meanwhile."""
    still_open = InboundHook.objects.filter(pk=hook.pk, state__in=[HookState.WAITING, HookState.FAILED])
    still_open.update(subject_id=hook.subject_id, subject_number=hook.subject_number, **values)


def _fail(hook: InboundHook, error: str) -> None:
    _leave_open(hook, state=HookState.FAILED, error=error)


def _enqueue(hook: InboundHook, *, delay: timedelta) -> None:
    jobs.enqueue(
        PROCESS,
        company_id=hook.company_id,
        key=_job_key(hook),
        params={"hook_id": str(hook.pk)},
        object_id=hook.pk,
        delay=delay,
        again=True,
    )


def _job_key(hook: InboundHook) -> str:
    return f"message:{hook.pk}"


def process_kept(hook_id: UUID) -> HookState:
    """What the job does: process a kept message without anybody waiting."""
    hook = _rows().get(pk=hook_id)
    return HookState(process(hook, deadline=Deadline(JOB_SECONDS)).hook.state)
