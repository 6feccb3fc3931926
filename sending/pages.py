"""What mails add to a document's page: the action, and the timeline's sentences."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.timeline import register_sentence
from documents.models import Document
from documents.pages import Action, register_action


@register_action
def send(document: Document) -> Action | None:
    """Issued documents can be sent."""
    if document.is_draft:
        return None
    return Action(gettext_lazy("Send by e-mail"), reverse("sending:compose", args=[document.pk]), "send")


register_sentence(
    "sending.message.queued", lambda data: _("E-mail to %s is waiting to leave") % data["to"], icon="clock"
)
register_sentence(
    "sending.message.requeued", lambda data: _("E-mail to %s is tried again") % data["to"], icon="refresh-cw"
)
register_sentence(
    "sending.message.sent", lambda data: _("E-mail sent to %s") % data["to"], icon="mail-check", tone="ok"
)
register_sentence(
    "sending.message.failed",
    lambda data: _("E-mail to %(to)s failed: %(reason)s") % data,
    icon="mail-x",
    tone="danger",
)
