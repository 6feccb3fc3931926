"""What this app does when something happened elsewhere."""

from uuid import UUID

from activity import events
from activity.models import Event
from customers.models import Party
from documents.models import Warning
from work_orders.warnings import DUPLICATE


@events.on("customers.party.merged")
def end_duplicate_warnings(event: Event) -> None:
    """Two customers became one: drafts no longer warn that they may be the same."""
    for warning in Warning.objects.filter(code=DUPLICATE, document__party_id=event.object_id):
        named = {UUID(candidate["id"]) for candidate in warning.data["candidates"]}
        left = Party.objects.filter(pk__in=named, merged_into=None).exclude(pk=event.object_id)
        if not left.exists():
            warning.delete()
