"""Jobs: rows that say what must run. A function is registered under a name; Celery only carries the row's id.

A job is claimed with a lease. A worker that dies leaves a lease that runs out, and the sweep queues the job again, so
every job function must bear being run twice. Progress extends the lease.
"""

import logging
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from activity.models import Job, JobState
from core import origin
from core.errors import Refused, UnableTo
from core.tenancy import company_scope, every_company

logger = logging.getLogger(__name__)

# How long a broker may keep a message before the sweep sends another.
CARRIED_FOR = timedelta(seconds=settings.JOB_LEASE_SECONDS / 2)

_ANEW = {"state": JobState.QUEUED, "attempts": 0, "error": "", "done": 0, "finished_at": None}


class Running:
    """What a job function gets: its parameters, and a way to report progress."""

    def __init__(self, row: Job) -> None:
        self.row = row
        self.id = row.pk
        self.company_id = row.company_id
        self.params: dict[str, Any] = row.params
        self.attempt = row.attempts

    def progress(self, done: int, total: int) -> None:
        """Tell how far the work is; also tells that the worker is alive."""
        Job.objects.filter(pk=self.id).update(done=done, total=total, lease_until=_lease())


@dataclass(frozen=True)
class _Registered:
    function: Callable[[Running], Any]
    max_attempts: int
    label: Any


_registry: dict[str, _Registered] = {}


def register(name: str, function: Callable[[Running], Any], *, max_attempts: int = 8, label: Any = "") -> None:
    """Make `function` runnable under `name`; people read the (lazy) `label`."""
    _registry[name] = _Registered(function, max_attempts, label or name)


def is_known(name: str) -> bool:
    """Whether this version can do the work; jobs outlive the code that made them."""
    return name in _registry


def label(name: str) -> str:
    """What people call the work; the name itself for work of an earlier version."""
    return str(_registry[name].label) if is_known(name) else name


def job(name: str, **options: Any) -> Callable[[Callable[[Running], Any]], Callable[[Running], Any]]:
    """Decorator form of `register`; the function's result (a dict or None) is kept on the row."""

    def decorate(function: Callable[[Running], Any]) -> Callable[[Running], Any]:
        register(name, function, **options)
        return function

    return decorate


def enqueue(
    name: str,
    *,
    company_id: UUID,
    key: str,
    params: Mapping[str, Any] | None = None,
    object_id: UUID | None = None,
    delay: timedelta | None = None,
    again: bool = False,
    first: bool = False,
) -> Job:
    """Queue a job once per `key`, carried after the commit. `again` runs a finished one anew; an open one stays.
    `first` says that no job can have had this key before.
    """
    if not is_known(name):
        raise LookupError(f"no job is registered as {name!r}")
    run_after = timezone.now() + (delay or timedelta(0))
    fresh = Job(
        company_id=company_id,
        key=key,
        name=name,
        params=dict(params or {}),
        object_id=object_id,
        run_after=run_after,
        carried_at=None if delay else timezone.now(),
    )
    with company_scope(company_id), transaction.atomic(savepoint=False):
        Job.objects.bulk_create([fresh], ignore_conflicts=not first)  # an older row with this key stays
        created = first or Job.objects.filter(pk=fresh.pk).exists()
        row: Job = fresh if created else Job.objects.get(company_id=company_id, key=key)
        if not created and again:
            created = bool(
                Job.objects.filter(pk=row.pk, state__in=[JobState.DONE, JobState.FAILED]).update(
                    **_ANEW, run_after=run_after, carried_at=fresh.carried_at
                )
            )
            row.refresh_from_db()
    if created and delay is None:
        transaction.on_commit(lambda: carry(row.pk), robust=True)
    return row


def queue_anew(ids: Iterable[UUID]) -> None:
    """Queue finished jobs of the company in scope again from their first attempt; carried after the commit."""
    Job.objects.filter(pk__in=list(ids)).update(**_ANEW, run_after=timezone.now(), carried_at=None)
    transaction.on_commit(sweep, robust=True)


def withdraw(*, company_id: UUID, key: str) -> None:
    """Forget a queued job whose work was done in another way; one that runs already is left to itself."""
    with company_scope(company_id):
        Job.objects.filter(company_id=company_id, key=key, state=JobState.QUEUED).delete()


def has_failed(*, company_id: UUID, object_id: UUID) -> bool:
    """Whether the latest job about an object was given up."""
    with company_scope(company_id):
        latest = Job.objects.filter(object_id=object_id).order_by("-created_at", "-id").first()
    return latest is not None and latest.state == JobState.FAILED


def carry(job_id: UUID) -> None:
    """Hand the row's id to a worker."""
    from activity.tasks import run_job

    run_job.delay(job_id=str(job_id))


def run(job_id: UUID) -> bool:
    """Claim and run one job; False when somebody else has it, or it is finished or not due."""
    with every_company():
        claimed = Job.objects.filter(
            Q(state=JobState.QUEUED, run_after__lte=timezone.now())
            | Q(state=JobState.RUNNING, lease_until__lt=timezone.now()),
            pk=job_id,
        ).update(state=JobState.RUNNING, lease_until=_lease(), attempts=F("attempts") + 1)
        if not claimed:
            return False
        row = Job.objects.get(pk=job_id)
    registered = _registry.get(row.name)
    with (
        origin.at(origin.Work(job=str(row.pk))),
        origin.through(None),  # whoever asked for it does not wait for it
        company_scope(row.company_id),
        translation.override(settings.LANGUAGE_CODE),
    ):
        if registered is None:
            _fail(row, f"no job is registered as {row.name!r}")
            return True
        if row.attempts > registered.max_attempts:  # each earlier try took its worker with it
            _fail(row, row.error or "The worker died every time it tried this.")
            return True
        try:
            result = registered.function(Running(row))
        except Refused as error:
            _fail(row, str(error))
        except UnableTo as error:
            if error.retryable and row.attempts < registered.max_attempts:
                _retry(row, str(error))
            else:
                _fail(row, str(error))
        except Exception as error:
            logger.exception("job %s %s failed", row.name, row.pk)
            if row.attempts < registered.max_attempts:
                _retry(row, f"{type(error).__name__}: {error}")
            else:
                _fail(row, f"{type(error).__name__}: {error}")
        else:
            _finish(row, state=JobState.DONE, error="", result=result if isinstance(result, dict) else {})
    return True


def sweep() -> int:
    """Carry again what is due and unclaimed, or whose worker fell silent; returns how many."""
    now = timezone.now()
    lost = Q(carried_at__isnull=True) | Q(carried_at__lt=now - CARRIED_FOR)
    with every_company():
        due = list(
            Job.objects.filter(
                Q(lost, state=JobState.QUEUED, run_after__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
            )
            .order_by("run_after")
            .values_list("pk", flat=True)[:500]
        )
        Job.objects.filter(pk__in=due).update(carried_at=now)
    for job_id in due:
        carry(job_id)
    return len(due)


def _lease() -> Any:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _retry(row: Job, error: str) -> None:
    """Wait twice as long each time, from 5 seconds to an hour, with jitter."""
    wait = min(3600, 5 * 2 ** (row.attempts - 1)) * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, not a secret
    Job.objects.filter(pk=row.pk).update(
        state=JobState.QUEUED,
        error=error[:2000],
        lease_until=None,
        carried_at=None,
        run_after=timezone.now() + timedelta(seconds=wait),
    )


def _fail(row: Job, error: str) -> None:
    _finish(row, state=JobState.FAILED, error=error[:2000], result={})


def _finish(row: Job, *, state: JobState, error: str, result: dict[str, Any]) -> None:
    Job.objects.filter(pk=row.pk).update(
        state=state, error=error, result=result, lease_until=None, finished_at=timezone.now()
    )
