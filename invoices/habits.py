"""How a person likes their lists: columns and named filters, each person their own. No event tells of it: it is nobody
else's matter and changes no document."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import Refused
from documents.kinds import Kind
from invoices import columns
from invoices.models import LONGEST_NAME, LONGEST_QUERY, ListColumns, SavedFilter
from users.models import Company, User

MOST_FILTERS = 20


def choose_columns(kind: Kind, *, company: Company, user: User, keys: Collection[str]) -> None:
    """Show these from now on; keys that are none of the kind's are passed over."""
    known = [column.key for column in columns.of(kind) if column.key in keys and not column.fixed]
    ListColumns.objects.update_or_create(company=company, user=user, kind=kind.key, defaults={"keys": known})


def forget_columns(kind: Kind, *, user: User) -> None:
    """Show the usual columns again."""
    ListColumns.objects.filter(user=user, kind=kind.key).delete()


def columns_of(kind: Kind, *, user: User) -> list[columns.Column]:
    """The columns that this person sees in the company in scope."""
    kept = ListColumns.objects.filter(user=user, kind=kind.key).first()
    return columns.shown(kind, kept.keys if kept else None)


def filters_of(kind: Kind, *, user: User) -> QuerySet[SavedFilter]:
    """The named filters of this person in the company in scope."""
    return SavedFilter.objects.filter(user=user, kind=kind.key)


@transaction.atomic
def save_filter(kind: Kind, *, company: Company, user: User, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name, in place of what had that name before."""
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Give the filter a name."), code="required", pointer="/name")
    if not query:
        raise Refused(_("Choose a filter first, then save it."), code="required", pointer="/name")
    if len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise Refused(_("This name is too long: 40 characters fit."), code="too_long", pointer="/name")
    if filters_of(kind, user=user).exclude(name=name).count() >= MOST_FILTERS:
        message = _("%(most)d filters fit. Remove one that you no longer use.") % {"most": MOST_FILTERS}
        raise Refused(message, code="too_many", pointer="/name")
    kept, _made = SavedFilter.objects.update_or_create(
        company=company, user=user, kind=kind.key, name=name, defaults={"query": query}
    )
    return kept
