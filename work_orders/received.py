"""Received messages as their list filters them; the start page counts by the same rules."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from core import periods
from documents.models import Document
from integrations.models import InboundHook


def filtered(*, state: str = "", period: str = "", today: date) -> "QuerySet[InboundHook]":
    """Messages in a state that came in a period, newest first, without their bodies."""
    rows: QuerySet[InboundHook] = InboundHook.objects.select_related("connection").defer("body")
    if state:
        rows = rows.filter(state=state)
    if days := periods.bounds(period, today):
        rows = rows.filter(received_at__gte=_midnight(days[0]), received_at__lt=_midnight(days[1] + timedelta(days=1)))
    return rows.order_by("-received_at", "-id")


def with_documents(hooks: Sequence[InboundHook]) -> list[tuple[InboundHook, Any]]:
    """Each message with the document that was made of it."""
    documents = Document.objects.in_bulk([hook.object_id for hook in hooks if hook.object_id])
    return [(hook, documents.get(hook.object_id)) for hook in hooks]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
