"""What this app adds to other pages: that of a document that came from the field, and the start page."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.timeline import register_sentence
from core import first_steps, panels
from documents.models import Document
from documents.pages import Action, Panel, register_action, register_panel
from work_orders import start
from work_orders.models import WorkOrder
from work_orders.services.attachments import UNAVAILABLE
from work_orders.warnings import PRICE_CODES


@register_action
def reprice(document: Document) -> Action | None:
    """Fill prices that are known by now, where some are missing."""
    if not document.is_draft or not document.warnings.filter(code__in=PRICE_CODES).exists():
        return None
    url = reverse("work_orders:reprice", args=[document.pk])
    return Action(_("Fill in missing prices"), url, icon="refresh-cw", post=True)


@register_action
def fetch_again(document: Document) -> Action | None:
    """Fetch files that could not be fetched."""
    if not document.warnings.filter(code=UNAVAILABLE).exists():
        return None
    url = reverse("work_orders:fetch-again", args=[document.pk])
    return Action(_("Fetch missing files again"), url, icon="paperclip", post=True)


@register_panel
def work_order(document: Document) -> Panel | None:
    """Where the document comes from."""
    order = WorkOrder.objects.filter(document=document).first()
    if order is None:
        return None
    return Panel(_("Work order"), "work_orders/document_panel.html", {"order": order}, icon="clipboard-list")


register_sentence(
    "invoices.invoice.repriced", lambda data: _("Missing prices filled in: %d") % data["lines"], icon="refresh-cw"
)
register_sentence(
    "work_orders.attachments.requested", lambda data: _("Files fetched again: %d") % data["files"], icon="paperclip"
)

panels.declare(panels.Panel("start.aside", 20, "work_orders/start.html", start.panel))
for _provider in start.field_services()[:1]:
    first_steps.declare(
        first_steps.Step(
            order=60,
            label=format_lazy(gettext_lazy("Connect {name}"), name=_provider.label),
            hint=gettext_lazy("Work orders then become invoices by themselves."),
            icon="plug",
            url_name="work_orders:application",
            url_args=(_provider.key,),
            is_done=start.is_connected,
            owner_only=True,
        )
    )
