"""Two customers that are one: what stood under the one stands under the other from then on."""

from collections.abc import Collection, Iterator

from django.db import models, transaction
from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.utils.translation import gettext as _

from activity import events
from core import saving
from core.errors import Conflict, Refused
from core.tenancy import same_company
from customers.matching import name_key
from customers.models import Party
from integrations.models import ExternalRef
from users.models import User

ADDRESS = ("street", "street_number", "box", "postal_code", "city", "country")
# What may be taken over from the one that goes; an address is taken as a whole.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "is_company": ("is_company",),
    "vat_number": ("vat_number",),
    "vat_regime": ("vat_regime",),
    "address": ADDRESS,
    "email": ("email",),
    "phone": ("phone",),
    "language": ("language",),
    "currency": ("currency",),
    "payment_term_days": ("payment_term_days",),
}


def doubles_of(party: Party) -> "QuerySet[Party]":
    """Others in use with the same VAT number, the same e-mail, or the same name and postal code."""
    same = Q(pk=None)
    if party.vat_number:
        same |= Q(vat_number=party.vat_number)
    if party.email:
        same |= Q(email__iexact=party.email)
    if party.name_key and party.postal_code:
        same |= Q(name_key=party.name_key, postal_code=party.postal_code)
    rows: QuerySet[Party] = Party.objects.current().filter(same, merged_into=None).exclude(pk=party.pk)
    return rows.order_by("name", "id")


def doubles() -> "QuerySet[Party]":
    """Every customer in use that has a double, those of one name together."""
    return (
        _compared()
        .filter(
            Q(vat_number__in=_repeated("vat_number"))
            | Q(mail__in=_repeated("email", "mail"))
            | Q(place__in=_repeated("name_key", "postal_code", "place"))
        )
        .order_by("name_key", "created_at", "id")
    )


def _compared() -> "QuerySet[Party]":
    """Customers in use with what doubles share: `mail` in small letters, name and postal code as one `place`."""
    place = Concat("name_key", Value(" | "), "postal_code")
    rows: QuerySet[Party] = Party.objects.current().annotate(mail=Lower("email"), place=place)
    return rows


def _repeated(*names: str) -> "QuerySet[Party]":
    """The values of the last name that several customers share, in whom none of the names is empty."""
    filled = {f"{name}__gt": "" for name in names}
    rows = _compared().filter(**filled).order_by().values(names[-1])
    found: QuerySet[Party] = rows.alias(count=Count("pk")).filter(count__gt=1)
    return found


@transaction.atomic
def merge(keep: Party, *, other: Party, by: User | None, take: Collection[str] = ()) -> Party:
    """Everything that points at `other` points at `keep` from now on; `other` is archived. `keep`'s own fields stay,
    but for those `CHOICES` that are to be taken from `other`."""
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
    taken = {name: getattr(other, name) for choice in take for name in CHOICES[choice]}
    changed = saving.assign(keep, taken, allowed=taken)
    keep.name_key = name_key(keep.name)
    roles = ["is_customer", "is_supplier", "is_prospect"]
    saving.save(keep, update_fields=[*roles, *changed, "name_key", "is_archived", "updated_at"])
    other.is_archived, other.merged_into = True, keep
    other.save(update_fields=["is_archived", "merged_into", "updated_at"])
    data = {"party": str(other.pk), "number": other.number, "name": other.name, "changed": changed}
    events.record("customers.party.merged", keep, by=by, data=data)
    events.record("customers.party.archived", other, by=by, data={"merged_into": str(keep.pk)})
    return keep


def references() -> Iterator["models.ForeignKey[Party, Party]"]:
    """Every foreign key to a party, whichever floor it stands on and whether or not it has a name on this side."""
    for relation in Party._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel):
            yield relation.field
