"""What this app does when something happened elsewhere."""

from activity import events
from activity.models import Event
from documents import warnings
from documents.models import Warning
from work_orders.warnings import ABOUT_CUSTOMERS


@events.on("customers.party.merged")
def end_duplicate_warnings(event: Event) -> None:
    """Two customers became one: drafts no longer warn that they may be the same."""
    _end_what_no_longer_holds(event)


@events.on("customers.party.updated")
def end_customer_warnings(event: Event) -> None:
    """A customer was put right: drafts no longer say what was wrong."""
    _end_what_no_longer_holds(event)


def _end_what_no_longer_holds(event: Event) -> None:
    found = Warning.objects.filter(code__in=ABOUT_CUSTOMERS, document__party_id=event.object_id)
    for warning in found.select_related("document__party"):
        if not warnings.holds(warning):
            warning.delete()
