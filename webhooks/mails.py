"""The plain mail that tells an owner of a switched-off endpoint."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from core import mailing
from users.models import User
from webhooks.models import OffReason


def tell_owner(user: User, *, url: str, endpoint_id: UUID, reason: OffReason, key: UUID) -> None:
    """Mail it, in the owner's language; `key` makes the same mail the same Message-ID."""
    with translation.override(user.language):
        mailing.send(
            to=user.email,
            subject=_("A webhook of yours was switched off"),
            body=_(
                "Hello,\n\nMessages to %(url)s are no longer sent.\nReason: %(reason)s.\n\n"
                "Look at the log, mend the receiver, then switch the webhook on again:\n%(page)s\n\n"
                "What was missed meanwhile can be replayed there, or read from the events of the API.\n"
            )
            % {
                "url": url,
                "reason": reason.label,
                "page": settings.PUBLIC_URL + reverse("webhooks:detail", args=[endpoint_id]),
            },
            key=str(key),
        )
