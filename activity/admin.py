from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from activity import jobs
from activity.models import Event, Job, JobState
from core.admin import ReadOnlyAdmin


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "object_type", "actor_name", "token_name", "company_id", "sequence")
    ordering = ("-at",)
    search_fields = ("action", "actor_name")
    show_full_result_count = False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("name", "state", "attempts", "percent", "company_id", "created_at", "finished_at", "error")
    list_filter = ("state", "name")
    ordering = ("-created_at",)
    search_fields = ("name", "error")
    show_full_result_count = False
    actions = ("run_again",)

    @admin.action(description=_("Run again"))
    def run_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = 0
        for job in queryset.filter(state=JobState.FAILED):
            with suppress(LookupError):  # a job of an earlier version
                jobs.enqueue(job.name, company_id=job.company_id, key=job.key, again=True)
                count += 1
        messages.success(request, _("%(count)s jobs run again.") % {"count": count})
