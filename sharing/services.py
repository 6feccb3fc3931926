"""All writes on public links."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events
from core.errors import Conflict
from documents.models import Document
from sharing.models import PublicLink
from users.models import User

LIFETIME = timedelta(days=180)
ONE_VISIT = timedelta(minutes=30)  # a page that is loaded again within it was opened once


@transaction.atomic
def share(document: Document, *, by: User | None) -> PublicLink:
    """The document's link, open for the lifetime from now; made when there is none. Raises Conflict for a draft."""
    if document.is_draft:
        raise Conflict(_("Issue the document before you share it."), code="draft")
    expires_at = timezone.now() + LIFETIME
    link, created = PublicLink.objects.get_or_create(
        company_id=document.company_id,
        document=document,
        withdrawn_at=None,
        defaults={"created_by": by, "expires_at": expires_at},
    )
    if not created:
        link.expires_at = expires_at
        link.save(update_fields=["expires_at"])
    data = {"link": str(link.pk), "until": timezone.localdate(expires_at).isoformat()}
    events.record(f"sharing.link.{'created' if created else 'renewed'}", document, by=by, data=data)
    return link


@transaction.atomic
def withdraw(link: PublicLink, *, by: User) -> PublicLink:
    """Close the address for good; a new link gets a new one."""
    locked = PublicLink.objects.select_for_update(of=("self",)).select_related("document").get(pk=link.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at = timezone.now()
        locked.save(update_fields=["withdrawn_at"])
        events.record("sharing.link.withdrawn", locked.document, by=by, data={"link": str(locked.pk)})
    return locked


@transaction.atomic
def view(link: PublicLink) -> PublicLink:
    """Somebody opened the page; loading it again during the same visit changes nothing."""
    locked = PublicLink.objects.select_for_update(of=("self",)).select_related("document").get(pk=link.pk)
    now = timezone.now()
    if locked.viewed_at is None or now - locked.viewed_at > ONE_VISIT:
        locked.views += 1
        locked.viewed_at = now
        locked.save(update_fields=["views", "viewed_at"])
        events.record("sharing.link.viewed", locked.document, data={"link": str(locked.pk)})
    return locked
