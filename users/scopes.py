"""What an API token may do: `read` and `write` for everything, or one of them for one area (`invoices:read`)."""

from collections.abc import Iterable

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

READ, WRITE = "read", "write"
AREAS = {
    "company": _("Company"),
    "users": _("Users"),
    "customers": _("Customers"),
    "products": _("Products"),
    "invoices": _("Invoices and credit notes"),
    "payments": _("Payments"),
    "connections": _("Applications and connections"),
    "work_orders": _("Received work orders"),
    "events": _("Events"),
    "webhooks": _("Webhooks"),
}
EVERYTHING = (READ, WRITE)
CHOICES = [
    (READ, _("Read everything")),
    (WRITE, _("Change everything")),
    *((f"{area}:{READ}", format_lazy(_("Read: {area}"), area=label)) for area, label in AREAS.items()),
    *((f"{area}:{WRITE}", format_lazy(_("Change: {area}"), area=label)) for area, label in AREAS.items()),
]
KNOWN = frozenset(scope for scope, _label in CHOICES)


def allows(granted: Iterable[str], *, area: str, action: str) -> bool:
    """Whether the scopes let `action` ("read" or "write") happen in an area; who may write may read."""
    wanted = {action, f"{area}:{action}"}
    if action == READ:
        wanted |= {WRITE, f"{area}:{WRITE}"}
    return not wanted.isdisjoint(granted)
