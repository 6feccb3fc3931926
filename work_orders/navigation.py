from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare
from integrations.models import HookState, InboundHook


def _to_look_at() -> int:
    """Messages that did not become an invoice."""
    return InboundHook.objects.filter(state__in=[HookState.FAILED, HookState.REFUSED, HookState.WAITING]).count()


declare(
    Entry(_("Received work orders"), "work_orders:received", "clipboard-list", _("Field work"), 50, count=_to_look_at)
)
