"""Synchronisation: what the house chooses to show, brought to the other side's inventory and kept the same.

The order of steps keeps the limit, whatever crashes: know what is there, remove what left the choice, then add. A
reference row is written before an item is sent, so that every item of ours over there is known here. What a run cannot
be sure of (a crash before it, another account, somebody else's change) it reads from the other side first.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events, jobs
from activity.models import Job
from core.errors import Conflict, Refused, UnableTo
from integrations import registry
from integrations.contracts.errors import ProviderError
from integrations.contracts.field_service import FieldService, InventoryFull, InventoryItemInput, ItemResult
from integrations.handling import Outgoing
from integrations.models import Connection, ExternalRef, SyncRun, SyncState
from integrations.services import connecting
from users.models import User

SYNCHRONISE = "integrations.synchronise"
MAX_ATTEMPTS = 6
KIND = "product"
REMOVALS_PER_REPORT = 25

type Report = Callable[[int, int], None]


def start(connection: Connection, *, by: User | None, foreground: bool = False) -> tuple[SyncRun, Job]:
    """Open a run and queue its job; `foreground` leaves it to the caller to run at once. Conflict while one is open."""
    if not connection.is_active:
        raise Conflict(_("This application is switched off. Connect it first."), code="disconnected")
    try:
        with transaction.atomic():
            run = SyncRun.objects.create(company_id=connection.company_id, connection=connection)
            job = jobs.enqueue(
                SYNCHRONISE,
                company_id=connection.company_id,
                key=f"sync:{run.pk}",
                params={"run_id": str(run.pk)},
                object_id=run.pk,
                delay=timedelta(0) if foreground else None,
            )
            events.record("integrations.sync_run.started", run, by=by)
    except IntegrityError:
        raise Conflict(
            _("A synchronisation is already running. Wait until it is done."), code="already_running"
        ) from None
    return run, job


def perform(run_id: UUID, *, report: Report, is_last_attempt: bool) -> None:
    """Carry out a run, or carry on with one that a crash left; raises UnableTo when it should be tried again."""
    run = SyncRun.objects.select_related("connection__company").get(pk=run_id)
    if run.state not in (SyncState.QUEUED, SyncState.RUNNING):
        return
    try:
        _Synchronisation(run, report=report).run()
    except ProviderError as error:
        connecting.report_failure(run.connection, error)
        if error.retryable and not error.needs_user and not is_last_attempt:
            SyncRun.objects.filter(pk=run.pk).update(error=str(error))
            raise UnableTo(str(error)) from error
        _finish(run, SyncState.FAILED, str(error))
    except Refused as refusal:
        _finish(run, SyncState.FAILED, str(refusal))
    except Exception:
        if is_last_attempt:
            _finish(run, SyncState.FAILED, _("Something went wrong on our side. Start the synchronisation again."))
        raise


def _finish(run: SyncRun, state: SyncState, error: str = "") -> None:
    with transaction.atomic():
        run.state, run.error, run.finished_at = state, error, timezone.now()
        run.save()
        events.record("integrations.sync_run.finished", run, data={"state": state, "counts": counts(run)})


def counts(run: SyncRun) -> dict[str, int]:
    """The run's counters by name."""
    names = ("total", "done", "created", "updated", "unchanged", "removed", "failed", "left_out")
    return {name: getattr(run, name) for name in names}


def fingerprint(item: InventoryItemInput) -> str:
    """Changes when anything that is sent changes."""
    return hashlib.sha256("\x1f".join(astuple(item)).encode()).hexdigest()


@dataclass
class _Synchronisation:
    """One run: the reference rows stand for what is there, `foreign` counts what others put there."""

    run_row: SyncRun
    report: Report
    refs: dict[str, ExternalRef] = field(default_factory=dict)
    foreign: int = 0

    def run(self) -> None:
        is_sure = self._begin()
        try:
            self._synchronise(is_sure)
        except InventoryFull:
            # Others filled it since we looked: look again, once.
            self._synchronise(is_sure=False)
        connecting.report_success(self.connection)
        self._keep_count(len(self.refs) + self.foreign)
        _finish(self.run_row, SyncState.DONE)

    @property
    def connection(self) -> Connection:
        return self.run_row.connection

    def _begin(self) -> bool:
        """Mark the run as running; whether the last one ended well and nothing has moved since."""
        run = self.run_row
        resumed = run.started_at is not None
        run.state, run.error, run.started_at = SyncState.RUNNING, "", run.started_at or timezone.now()
        run.save(update_fields=["state", "error", "started_at"])
        earlier = (
            SyncRun.objects.filter(connection=self.connection).exclude(pk=run.pk).order_by("-created_at", "-id").first()
        )
        return not resumed and earlier is not None and earlier.state == SyncState.DONE

    def _synchronise(self, is_sure: bool) -> None:
        adapter = connecting.adapter(self.connection)
        there = adapter.account().inventory_count
        self.refs = {ref.external_id: ref for ref in ExternalRef.objects.filter(connection=self.connection, kind=KIND)}
        if is_sure and there == self.connection.account.get("items"):
            self.foreign = there - len(self.refs)
        else:
            self._keep_count(None)
            self._read(adapter)
        handler = registry.handler(self.connection.provider)
        outgoing = handler.outgoing(self.connection, max(0, adapter.inventory_limit - self.foreign))
        wanted = {item.external_id: item for item in outgoing.items}
        gone = [external_id for external_id in self.refs if external_id not in wanted]
        to_send = [item for item in outgoing.items if not self._stands(item)]
        self._open_counts(outgoing, gone, to_send)
        if gone or to_send:
            self._keep_count(None)
        self._remove(adapter, gone)
        self._send(adapter, to_send, outgoing)

    def _read(self, adapter: FieldService) -> None:
        """Make the reference rows say what is there."""
        there = list(adapter.items())
        known = registry.handler(self.connection.provider).known([item.external_id for item in there])
        known.update({external_id: ref.object_id for external_id, ref in self.refs.items()})
        ours = {item.external_id: item for item in there if item.external_id in known}
        self.foreign = len(there) - len(ours)
        lost = [ref.pk for external_id, ref in self.refs.items() if external_id not in ours]
        ExternalRef.objects.filter(pk__in=lost).delete()
        found = []
        for external_id, item in ours.items():
            ref = self.refs.get(external_id) or ExternalRef(
                company_id=self.connection.company_id,
                connection=self.connection,
                kind=KIND,
                external_id=external_id,
                object_id=known[external_id],
            )
            ref.remote_id = item.id
            ref.fingerprint = fingerprint(
                InventoryItemInput(external_id, item.reference, item.name, item.description, item.unit)
            )
            found.append(ref)
        self._write(found)
        self.refs = {ref.external_id: ref for ref in found}

    def _stands(self, item: InventoryItemInput) -> bool:
        ref = self.refs.get(item.external_id)
        return ref is not None and ref.fingerprint == fingerprint(item)

    def _open_counts(self, outgoing: Outgoing, gone: Sequence[str], to_send: Sequence[InventoryItemInput]) -> None:
        run = self.run_row
        run.created = run.updated = run.removed = run.failed = 0
        run.errors = []
        run.left_out = outgoing.left_out
        run.total = len(outgoing.items) + len(gone)
        run.unchanged = run.done = len(outgoing.items) - len(to_send)
        self._publish()

    def _remove(self, adapter: FieldService, gone: Sequence[str]) -> None:
        for number, external_id in enumerate(gone, start=1):
            adapter.delete_item(external_id)
            self.refs.pop(external_id).delete()
            self.run_row.removed += 1
            self.run_row.done += 1
            if number % REMOVALS_PER_REPORT == 0 or number == len(gone):
                self._publish()

    def _send(self, adapter: FieldService, items: Sequence[InventoryItemInput], outgoing: Outgoing) -> None:
        object_ids = dict(zip((item.external_id for item in outgoing.items), outgoing.object_ids, strict=True))
        for first in range(0, len(items), adapter.batch_size):
            batch = items[first : first + adapter.batch_size]
            fresh = [item.external_id for item in batch if item.external_id not in self.refs]
            self._write(
                [
                    ExternalRef(
                        company_id=self.connection.company_id,
                        connection=self.connection,
                        kind=KIND,
                        external_id=external_id,
                        object_id=object_ids[external_id],
                    )
                    for external_id in fresh
                ]
            )
            rows = ExternalRef.objects.filter(connection=self.connection, kind=KIND, external_id__in=fresh)
            self.refs.update({ref.external_id: ref for ref in rows})
            self._note(batch, adapter.put_items(batch))
            self._publish()

    def _note(self, batch: Sequence[InventoryItemInput], results: Sequence[ItemResult]) -> None:
        """Keep what became of each item of a batch."""
        run, kept, refused = self.run_row, [], []
        for item, result in zip(batch, results, strict=True):
            run.done += 1
            ref = self.refs[item.external_id]
            if result.status == "rejected":
                run.failed += 1
                entry = {"id": item.external_id, "number": item.reference, "name": item.name, "error": result.error}
                run.errors.append(entry)
                if not ref.fingerprint:  # it never stood there
                    refused.append(self.refs.pop(item.external_id).pk)
                continue
            setattr(run, result.status, getattr(run, result.status) + 1)
            ref.fingerprint, ref.remote_id = fingerprint(item), result.id or ref.remote_id
            kept.append(ref)
        self._write(kept)
        ExternalRef.objects.filter(pk__in=refused).delete()

    def _write(self, refs: Sequence[ExternalRef]) -> None:
        ExternalRef.objects.bulk_create(
            refs,
            update_conflicts=True,
            unique_fields=["connection", "kind", "external_id"],
            update_fields=["fingerprint", "remote_id", "updated_at"],
        )

    def _publish(self) -> None:
        names = ["total", "done", "created", "updated", "unchanged", "removed", "failed", "left_out", "errors"]
        self.run_row.save(update_fields=names)
        self.report(self.run_row.done, self.run_row.total)

    def _keep_count(self, items: int | None) -> None:
        """How many items stand there when a run has ended well; None while that is not sure."""
        account: dict[str, Any] = {**self.connection.account, "items": items}
        self.connection.account = account
        Connection.objects.filter(pk=self.connection.pk).update(account=account)
