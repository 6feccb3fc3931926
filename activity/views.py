"""The page of jobs: what runs in the background, how far it is, what failed and why."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from activity import jobs, retrying
from activity.models import Job, JobState
from core import keysets
from core.access import member_required, owner_required

PAGE_SIZE = 50
ORDERING = keysets.of(Job, "-created_at", "-id")
OPEN = (JobState.QUEUED, JobState.RUNNING)


@member_required
def index(request: Any) -> HttpResponseBase:
    """Newest first, all or one state; while something is open the list refreshes itself."""
    state = request.GET.get("state", "")
    rows = Job.objects.all()
    failed = rows.failed().count()
    if state in JobState.values:
        rows = rows.filter(state=state)
    page = keysets.page(rows, ORDERING, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    choices = [
        ("", _("All"), None),
        ("running", _("Running"), None),
        ("queued", _("Waiting"), None),
        ("failed", _("Failed"), failed or None),
        ("done", _("Done"), None),
    ]
    tabs = [
        {"label": label, "url": f"?state={key}" if key else "?", "current": key == state, "count": count}
        for key, label, count in choices
    ]
    entries = [(job, jobs.label(job.name)) for job in page]
    is_live = any(job.state in OPEN for job in page)
    return render(
        request,
        "activity/jobs.html",
        {"page": page, "entries": entries, "tabs": tabs, "is_live": is_live, "state": state, "failed": failed},
    )


@require_POST
@owner_required
def run_again(request: Any, pk: UUID) -> HttpResponseBase:
    job = get_object_or_404(Job, pk=pk)
    if not jobs.is_known(job.name):
        messages.error(request, _("This job belongs to an earlier version and cannot run again."))
    elif retrying.retry(job, by=request.user):
        messages.success(request, _("The job runs again."))
    else:
        messages.info(request, _("This job has not failed, or runs again already."))
    return redirect("activity:jobs")


@require_POST
@owner_required
def run_all_again(request: Any) -> HttpResponseBase:
    count = retrying.retry_all(company_id=request.company.pk, by=request.user)
    if count:
        told = ngettext("%(count)s job runs again.", "%(count)s jobs run again.", count) % {"count": count}
        messages.success(request, told)
    else:
        messages.info(request, _("There is no failed job that could run again."))
    return redirect("activity:jobs")
