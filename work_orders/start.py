"""What field work shows on the start page: the work orders that wait, failed, or became an invoice lately."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from integrations import registry
from integrations.contracts.declaration import ProviderDeclaration
from integrations.contracts.field_service import CAPABILITY
from integrations.models import Connection, ConnectionState, HookState, InboundHook
from work_orders import received

LATELY = "month"
LATEST = 4


def field_services() -> list[ProviderDeclaration]:
    """The applications that work orders can come from."""
    return [provider for provider in registry.providers() if provider.capability == CAPABILITY]


def is_connected(_company: Any) -> bool:
    """Whether work orders can come in."""
    keys = [provider.key for provider in field_services()]
    return bool(Connection.objects.filter(provider__in=keys).exclude(state=ConnectionState.DISCONNECTED).exists())


def panel(_request: HttpRequest, company: Any) -> dict[str, Any] | None:
    """None where nothing ever came in and nothing can."""
    today = timezone.localdate()
    latest = list(received.filtered(today=today)[:LATEST])
    if not latest and not is_connected(company):
        return None
    states = InboundHook.objects.filter(state__in=[HookState.WAITING, HookState.FAILED]).order_by()
    counts = dict(states.values_list("state").annotate(count=Count("pk")))
    lately = {"state": HookState.PROCESSED, "period": LATELY}
    return {
        "waiting": counts.get(HookState.WAITING, 0),
        "failed": counts.get(HookState.FAILED, 0),
        "processed": received.filtered(**lately, today=today).count(),
        "rows": received.with_documents(latest),
        "urls": {
            "waiting": _list(state=HookState.WAITING),
            "failed": _list(state=HookState.FAILED),
            "processed": _list(**lately),
            "all": reverse("work_orders:received"),
        },
    }


def _list(**query: Any) -> str:
    return f"{reverse('work_orders:received')}?{urlencode(query)}"
