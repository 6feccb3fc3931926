"""The page of jobs: what runs in the background, how far it is, what failed and why."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activity import jobs
from activity.models import Job, JobState
from core.access import member_required, owner_required

PAGE_SIZE = 50
OPEN = (JobState.QUEUED, JobState.RUNNING)


@member_required
def index(request: Any) -> HttpResponseBase:
    """Newest first, all or one state; while something is open the list refreshes itself."""
    state = request.GET.get("state", "")
    rows = Job.objects.order_by("-created_at", "-id")
    if state in JobState.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    choices = [
        ("", _("All")),
        ("running", _("Running")),
        ("queued", _("Waiting")),
        ("failed", _("Failed")),
        ("done", _("Done")),
    ]
    tabs = [{"label": label, "url": f"?state={key}" if key else "?", "current": key == state} for key, label in choices]
    entries = [(job, jobs.label(job.name)) for job in page]
    is_live = any(job.state in OPEN for job in page)
    return render(
        request,
        "activity/jobs.html",
        {"page": page, "entries": entries, "tabs": tabs, "is_live": is_live, "state": state},
    )


@require_POST
@owner_required
def run_again(request: Any, pk: UUID) -> HttpResponseBase:
    job = get_object_or_404(Job, pk=pk)
    try:
        jobs.enqueue(job.name, company_id=job.company_id, key=job.key, again=True)
    except LookupError:
        messages.error(request, _("This job belongs to an earlier version and cannot run again."))
    else:
        messages.success(request, _("The job runs again."))
    return redirect("activity:jobs")
