"""The operator sees messages and texts; both change through the services alone."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from sending.models import Message, MessageText, Sender


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "company", "document", "to", "subject", "state", "attempts")
    list_filter = ("state",)
    list_select_related = ("company", "document")
    search_fields = ("to", "subject")


@admin.register(MessageText)
class MessageTextAdmin(ReadOnlyAdmin):
    list_display = ("company", "kind", "language", "subject")
    list_select_related = ("company",)


@admin.register(Sender)
class SenderAdmin(ReadOnlyAdmin):
    list_display = ("company", "name", "reply_to")
    list_select_related = ("company",)
