"""Two customers that are one: what stood under the one stands under the other from then on."""

from collections.abc import Iterator

from django.db import models, transaction
from django.utils.translation import gettext as _

from activity import events
from core.errors import Conflict, Refused
from core.tenancy import same_company
from customers.models import Party
from integrations.models import ExternalRef
from users.models import User


@transaction.atomic
def merge(keep: Party, *, other: Party, by: User | None) -> Party:
    """Everything that points at `other` points at `keep` from now on; `other` is archived. `keep`'s own fields stay."""
    same_company(keep.company_id, other)
    if keep.pk == other.pk:
        raise Refused(_("Choose two different customers to merge."), code="same_party")
    ids = [keep.pk, other.pk]
    locked = {row.pk: row for row in Party.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
    keep, other = locked[keep.pk], locked[other.pk]
    if keep.merged_into_id or other.merged_into_id:
        raise Conflict(_("One of these customers was already merged. Open the one that was kept."), code="merged")
    for key in references():
        rows = key.model._base_manager.filter(company_id=other.company_id, **{key.name: other})
        rows.update(**{key.name: keep})
    ExternalRef.objects.filter(object_id=other.pk).update(object_id=keep.pk)
    for role in ("is_customer", "is_supplier", "is_prospect"):
        setattr(keep, role, getattr(keep, role) or getattr(other, role))
    keep.is_archived = False
    keep.save(update_fields=["is_customer", "is_supplier", "is_prospect", "is_archived", "updated_at"])
    other.is_archived, other.merged_into = True, keep
    other.save(update_fields=["is_archived", "merged_into", "updated_at"])
    data = {"party": str(other.pk), "number": other.number, "name": other.name}
    events.record("customers.party.merged", keep, by=by, data=data)
    events.record("customers.party.archived", other, by=by, data={"merged_into": str(keep.pk)})
    return keep


def references() -> Iterator["models.ForeignKey[Party, Party]"]:
    """Every foreign key to a party, whichever floor it stands on and whether or not it has a name on this side."""
    for relation in Party._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            yield relation.field
