"""Running again what was given up: a person says so, after whatever stood in the way is gone."""

from typing import Any
from uuid import UUID

from django.db import transaction

from activity import events, jobs
from activity.models import Job, JobQuerySet


def retry(job: Job, *, by: Any) -> bool:
    """Queue a failed job anew; False when it is not failed (any more), or of a version whose work is gone."""
    return _retry(Job.objects.filter(pk=job.pk), company_id=job.company_id, by=by) == 1


def retry_all(*, company_id: UUID, by: Any) -> int:
    """Queue every failed job of the company in scope that this version knows; returns how many."""
    return _retry(Job.objects.all(), company_id=company_id, by=by)


def _retry(rows: JobQuerySet, *, company_id: UUID, by: Any) -> int:
    with transaction.atomic():
        locked = rows.failed().filter(company_id=company_id).order_by("pk").select_for_update()
        found = [job for job in locked if jobs.is_known(job.name)]
        jobs.queue_anew(job.pk for job in found)
        events.record_all([("activity.job.retried", job, {"name": job.name}) for job in found], by=by)
    return len(found)
