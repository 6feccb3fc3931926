"""What sharing adds to a document's page and to mails: the panel, the timeline's sentences, and the tag of the link."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.timeline import register_sentence
from core.templatetags.formats import day
from documents import tags
from documents.models import Document
from documents.pages import Action, Panel, register_action, register_panel
from sharing import services
from sharing.models import PublicLink


@register_panel
def link(document: Document) -> Panel | None:
    """Where the customer can look, or the offer to make such a page."""
    if document.is_draft:
        return None
    found = PublicLink.objects.filter(document=document, withdrawn_at__isnull=True).first()
    context = {"link": found, "days": services.LIFETIME.days}
    return Panel(gettext_lazy("Page for the customer"), "sharing/document_panel.html", context, "link")


@register_action
def copy_link(document: Document) -> Action | None:
    """Copy the address of the public page, or make that page first."""
    if document.is_draft:
        return None
    found = PublicLink.objects.filter(document=document, withdrawn_at__isnull=True).first()
    if found and found.is_open:
        return Action(_("Copy the link"), found.url, icon="link", copies=True)
    return Action(_("Make a public page"), reverse("sharing:share", args=[document.pk]), icon="link", post=True)


def _until(data: Any) -> str:
    return day(date.fromisoformat(data["until"]))


register_sentence("sharing.link.created", lambda data: _("Public page opened until %s") % _until(data), icon="link")
register_sentence("sharing.link.renewed", lambda data: _("Public page stays open until %s") % _until(data), icon="link")
register_sentence("sharing.link.withdrawn", lambda data: _("Public page closed"), icon="ban", tone="warn")
register_sentence(
    "sharing.link.viewed", lambda data: _("Somebody read the public page"), icon="eye", tone="ok", each=True
)


def _address(document: Document) -> str:
    found: PublicLink | None = PublicLink.objects.filter(document=document, withdrawn_at__isnull=True).first()
    return (found if found and found.is_open else services.share(document, by=None)).url


tags.register("link", tags.Tag(gettext_lazy("address of the public page"), _address, printed=False))
