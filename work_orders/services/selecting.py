"""Which products are shown in the field: the chosen groups; of too many, those that were invoiced most recently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from documents.models import Line, State
from integrations.contracts.field_service import InventoryItemInput
from integrations.handling import Outgoing
from integrations.models import Connection
from invoices.kinds import INVOICE
from products.models import Product

LIMIT = 2500
GROUPS = "groups"  # the connection's setting: ids of groups, absent for all
NO_GROUP = "none"


@dataclass(frozen=True)
class Selection:
    """The products that go out, most important first, and those that there is no room for."""

    chosen: Sequence[Product]
    left_out: Sequence[Product]


def select(connection: Connection, *, room: int = LIMIT) -> Selection:
    """At most `room` active products of the chosen groups: latest invoiced first, then by number."""
    qualified = list(_qualified(connection).order_by("number"))
    if len(qualified) > room:
        last_sold = _last_sold()
        # Sorting is stable: within a day, numbers stay in order.
        qualified.sort(key=lambda product: last_sold.get(product.pk, date.min), reverse=True)
    return Selection(qualified[:room], qualified[room:])


def outgoing(connection: Connection, room: int) -> Outgoing:
    """The selection as the other side's inventory takes it. No price is among it."""
    selection = select(connection, room=min(room, LIMIT))
    return Outgoing(
        items=[
            InventoryItemInput(
                external_id=str(product.pk),
                reference=product.number,
                name=product.name,
                description=product.description,
                unit=product.unit,
            )
            for product in selection.chosen
        ],
        object_ids=[product.pk for product in selection.chosen],
        left_out=len(selection.left_out),
    )


def known(external_ids: Sequence[str]) -> dict[str, UUID]:
    """Which of these ids are products of ours, active or not."""
    ours = {str(pk): pk for pk in Product.objects.values_list("pk", flat=True)}
    return {external_id: ours[external_id] for external_id in external_ids if external_id in ours}


def _qualified(connection: Connection) -> QuerySet[Product]:
    products: QuerySet[Product] = Product.objects.active()
    chosen = connection.settings.get(GROUPS)
    if chosen is None:
        return products
    wanted = Q(group_id__in=[group for group in chosen if group != NO_GROUP])
    return products.filter(wanted | Q(group__isnull=True) if NO_GROUP in chosen else wanted)


def _last_sold() -> dict[UUID, date]:
    """When each product was last invoiced."""
    lines = Line.objects.filter(product__isnull=False, document__kind=INVOICE.key, document__state=State.ISSUED)
    rows = lines.order_by().values("product_id").annotate(last=Max("document__issue_date"))
    return {row["product_id"]: row["last"] for row in rows}
