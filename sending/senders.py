"""Who a company's mails come from, where answers go, who always gets a copy; until it says so, its own details."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core import saving
from core.errors import Refused
from sending import addresses
from sending.models import Sender
from users.models import Company, User

MOST_COPIES = 5  # of each sort, so that the customer's own addresses keep their place


def of(company: Company) -> Sender:
    """What the company in scope chose; a row that is not saved yet stands for its own details."""
    sender = Sender.objects.filter(company=company).first() or Sender()
    sender.company = company
    return sender


@transaction.atomic
def change(company: Company, *, name: str, reply_to: str, cc: Sequence[str], bcc: Sequence[str], by: User) -> Sender:
    """Send like this from now on; mails that are queued leave with the new name too."""
    name = " ".join(name.split())
    if not name.isprintable():
        raise Refused(_("A name of a sender has only characters that can be printed."), code="invalid", pointer="/name")
    values = {
        "name": name,
        "reply_to": reply_to.strip(),
        "cc": _copies(cc, pointer="/cc"),
        "bcc": _copies(bcc, pointer="/bcc"),
    }
    saving.check(Sender(company=company, **values))
    sender, _created = Sender.objects.update_or_create(company=company, defaults=values)
    events.record("sending.sender.changed", sender, by=by)
    return sender


def _copies(given: Sequence[str], *, pointer: str) -> list[str]:
    found = addresses.valid(given, pointer=pointer)
    if len(found) > MOST_COPIES:
        raise Refused(
            _("At most %d addresses get a copy of every mail.") % MOST_COPIES, code="too_many", pointer=pointer
        )
    return found
