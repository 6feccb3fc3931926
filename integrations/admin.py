from django.contrib import admin

from core.admin import ReadOnlyAdmin
from integrations.models import Connection, ExternalRef, InboundHook, SyncRun


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ("company", "provider", "state", "connected_at", "last_error")
    list_filter = ("provider", "state")
    exclude = ("secrets",)
    readonly_fields = ("created_at",)


@admin.register(InboundHook)
class InboundHookAdmin(ReadOnlyAdmin):
    list_display = ("received_at", "company", "subject_number", "state", "answer_status")
    list_filter = ("state",)
    search_fields = ("subject_number", "subject_id", "message_id")
    exclude = ("body",)


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "company", "state", "done", "total", "failed")
    list_filter = ("state",)


@admin.register(ExternalRef)
class ExternalRefAdmin(ReadOnlyAdmin):
    list_display = ("company", "kind", "external_id", "remote_id", "updated_at")
    list_filter = ("kind",)
    search_fields = ("external_id", "remote_id")
