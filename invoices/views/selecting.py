"""Many documents at once: what will happen is said and confirmed, then a job does it and its page tells how it went."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods

from activity.models import Job, JobState
from core import files, filters
from core.access import member_required
from core.errors import Refused
from core.ids import uuid7
from documents import kinds
from documents.models import Document
from documents.views import answer_file
from invoices import bulk, course
from invoices.forms import FilterForm
from invoices.kinds import INVOICE, list_url

EVERYTHING = "all"  # selects what the filter matches, whatever rows are ticked
OPEN = (JobState.QUEUED, JobState.RUNNING)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Any, kind: str) -> HttpResponseBase:
    """What an action would do with the selection, and with a yes: the job. The address carries the selection."""
    action = bulk.ACTIONS.get(request.GET.get("action", ""))
    if action is None:
        raise Http404
    form = FilterForm(request.GET, kind=kinds.get(kind))
    in_use = filters.in_use(form)
    plan = bulk.plan(action, _selected(request.GET, kind, form))
    context: dict[str, Any] = {
        "plan": plan,
        "action": action,
        "kind": kinds.get(kind),
        "filters": in_use if EVERYTHING in request.GET else [],
        "is_everything": EVERYTHING in request.GET,
        "back_url": f"{list_url(kind)}?{filters.given(form).urlencode()}",
        "click_id": uuid7(),
    }
    if request.method == "POST":
        try:
            job = bulk.start(
                plan,
                company=request.company,
                by=request.user,
                expected=_whole(request.POST.get("expected", "")),
                click_id=_uuid(request.POST.get("click_id", "")) or context["click_id"],
            )
        except Refused as refusal:
            return render(request, "invoices/bulk_confirm.html", {**context, "refusal": refusal}, status=422)
        return redirect("invoices:bulk-result", job.pk)
    return render(request, "invoices/bulk_confirm.html", context)


@member_required
@require_GET
def result(request: Any, pk: UUID) -> HttpResponse:
    """How far the job is, then what came of it and what did not work."""
    job = get_object_or_404(Job, pk=pk, name=bulk.JOB)
    first = Document.objects.filter(pk__in=job.params["ids"][:1]).first()
    context = {
        "job": job,
        "action": bulk.ACTIONS[job.params["action"]],
        "is_open": job.state in OPEN,
        "total": len(job.params["ids"]),
        "back_url": list_url(first.kind if first else INVOICE.key),
    }
    return render(request, "invoices/bulk_result.html", context)


@member_required
@require_GET
@csp_override(files.POLICY)
def download(request: Any, pk: UUID) -> HttpResponse:
    """The file that a job made."""
    job = get_object_or_404(Job, pk=pk, name=bulk.JOB)
    file = job.result.get("file")
    if not file:
        raise Http404
    return answer_file(files.read(file["key"]), file["media_type"], file["name"], as_attachment=True)


def _selected(given: QueryDict, kind: str, form: FilterForm) -> Any:
    documents = Document.objects.filter(kind=kind)
    if EVERYTHING in given:
        return course.filtered(documents, form.cleaned_data, today=timezone.localdate())
    return documents.filter(pk__in=[pk for text in given.getlist("id") if (pk := _uuid(text))])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
