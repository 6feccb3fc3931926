from django.utils.translation import gettext_lazy as _

from core.navigation import Entry, declare
from integrations.models import HookState, InboundHook


def _to_look_at() -> int:
    """Messages that have not become an invoice yet; a refused one was told to its sender."""
    return InboundHook.objects.filter(state__in=[HookState.FAILED, HookState.WAITING]).count()


declare(
    Entry(_("Received work orders"), "work_orders:received", "clipboard-list", _("Field work"), 50, count=_to_look_at)
)
