"""What Celery carries: one job by its id, and the sweep that heals what was lost on the way."""

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from activity import events, idempotency, jobs
from activity.models import Event
from core.tenancy import every_company


@shared_task
def run_job(*, job_id: str) -> None:
    jobs.run(UUID(job_id))


@shared_task
def sweep() -> None:
    """Dispatch events whose process died after the commit, and carry jobs that nobody runs."""
    with every_company():
        late = Event.objects.filter(sequence__isnull=True, at__lt=timezone.now() - timedelta(seconds=5))
        companies = list(late.order_by().values_list("company_id", flat=True).distinct()[:200])
    for company_id in companies:
        events.dispatch(company_id)
    jobs.sweep()


@shared_task
def forget_answers() -> None:
    """Delete answers to repeatable POSTs that are older than a day."""
    idempotency.forget()
