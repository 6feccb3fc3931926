"""Events that had their number before there was a chain are linked in its order, as they stand today."""

from collections.abc import Iterator, Sequence
from itertools import batched
from typing import Any

from django.db import migrations

from activity import chain
from activity.models import GENESIS, new_salt
from core.tenancy import every_company

BATCH = 500


def link(apps: Any, schema_editor: Any) -> None:
    Event, EventCounter = apps.get_model("activity", "Event"), apps.get_model("activity", "EventCounter")
    with every_company():
        for counter in EventCounter._base_manager.select_for_update():
            counter.last_hash = GENESIS
            events = Event._base_manager.filter(company_id=counter.company_id)
            for batch in batched(_numbered(events), BATCH):
                for event in batch:
                    event.salt = new_salt()
                    counter.last_hash = chain.link(event, sequence=event.sequence, after=counter.last_hash)
                _write(Event, batch, ["salt", "previous_hash", "hash"])
            counter.save(update_fields=["last_hash"])
        waiting = list(Event._base_manager.filter(sequence__isnull=True))
        for event in waiting:
            event.salt = new_salt()
        _write(Event, waiting, ["salt"])


def _numbered(events: Any) -> Iterator[Any]:
    """In order, a batch at a time: no cursor stays open over the rows that are being written."""
    last = 0
    while page := list(events.filter(sequence__gt=last).order_by("sequence")[:BATCH]):
        yield from page
        last = page[-1].sequence


def _write(Event: Any, rows: Sequence[Any], fields: list[str]) -> None:
    Event._base_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )


class Migration(migrations.Migration):
    dependencies = [("activity", "0004_chain_events")]

    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
