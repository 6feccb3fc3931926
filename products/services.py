"""All writes on products and their groups."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from activity import events
from core import saving
from core.errors import Conflict, Refused
from core.numbering import next_numbers, with_next_number
from core.sheets import Change
from core.tenancy import same_company
from products.models import Product, ProductGroup
from users.models import Company, User

PRODUCT_FIELDS = frozenset({
    "number", "name", "description", "group", "unit", "unit_price", "price_includes_vat", "vat_rate",
    "renovation_rate", "purchase_price", "ledger_account", "ean", "external_id",
})  # fmt: skip
GROUP_FIELDS = frozenset({"name", "ledger_account", "margin_percent"})


@transaction.atomic
def create_product(*, company: Company, by: User | None, number: str = "", **fields: Any) -> Product:
    """A new product; without a number it takes the next of P0001, without a VAT rate the company's default."""
    product = Product(company=company, vat_rate=company.default_vat_rate)
    same_company(company.pk, fields.get("group"))
    saving.assign(product, fields, allowed=PRODUCT_FIELDS)

    def save(free_number: str) -> None:
        product.number = free_number
        saving.save(product)

    if number:
        save(number)
    else:
        owner, taken = Company.objects.filter(pk=company.pk), Product.objects.filter(company=company)
        with_next_number(save, owner=owner, taken=taken, prefix="P", digits=4)
    events.record("products.product.created", product, by=by, data={"number": product.number, "name": product.name})
    return product


@transaction.atomic
def update_product(product: Product, *, by: User | None, **fields: Any) -> Product:
    """Change fields; lines already on documents keep what they took."""
    product = _locked(product)
    same_company(product.company_id, fields.get("group"))
    changed = saving.assign(product, fields, allowed=PRODUCT_FIELDS)
    if changed:
        saving.save(product, update_fields=[*changed, "updated_at"])
        events.record("products.product.updated", product, by=by, data={"changed": changed})
    return product


@transaction.atomic
def archive_product(product: Product, *, by: User | None) -> Product:
    """Out of choices and of what is synchronised; never deleted, because lines point at it."""
    return _set_active(product, False, "products.product.archived", by=by)


@transaction.atomic
def activate_product(product: Product, *, by: User | None) -> Product:
    """Back from the archive."""
    return _set_active(product, True, "products.product.activated", by=by)


@transaction.atomic
def withdraw_product(product: Product, *, by: User | None) -> bool:
    """Take back that it was made: True when it is gone, False when something points at it and it was archived."""
    product = _locked(product)
    try:
        with transaction.atomic():
            data = {"number": product.number, "name": product.name}
            events.record("products.product.deleted", product, by=by, data=data)
            product.delete()
    except ProtectedError:
        archive_product(product, by=by)
        return False
    return True


@transaction.atomic
def put_products(changes: Sequence[Change], *, company: Company, by: User | None) -> list[Product | Refused]:
    """Make and change many in a few statements; a group is given by its name and made where it is missing.

    Objects to change are locked by the caller. One that is refused keeps no other back.
    """
    groups = _groups_named({change.values["group"] for change in changes if change.values.get("group")}, company, by)
    products: list[Product] = []
    changed: dict[UUID, list[str]] = {}
    for change in changes:
        product = change.obj or Product(company=company, vat_rate=company.default_vat_rate)
        same_company(company.pk, product)
        values = dict(change.values)
        if "group" in values:
            values["group"] = groups.get(values["group"])
        changed[product.pk] = saving.assign(product, values, allowed=PRODUCT_FIELDS | {"is_active"})
        products.append(product)
    made = [product for product in products if product._state.adding]
    known = [product for product in products if not product._state.adding and changed[product.pk]]
    if nameless := [product for product in made if not product.number]:
        Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        numbers = next_numbers(Product.objects.all(), prefix="P", digits=4, count=len(nameless))
        for product, number in zip(nameless, numbers, strict=True):
            product.number = number
    refused: dict[UUID, Refused] = {}
    for rows, fields in ((made, None), (known, [*PRODUCT_FIELDS, "is_active", "updated_at"])):
        found = saving.save_all(rows, update_fields=fields)
        refused |= {rows[place].pk: refusal for place, refusal in found.items()}
    happened: list[tuple[str, Product, dict[str, Any]]] = []
    for product in made:
        happened.append(("products.product.created", product, {"number": product.number, "name": product.name}))
        if not product.is_active:
            happened.append(("products.product.archived", product, {}))
    for product in known:
        if names := [name for name in changed[product.pk] if name != "is_active"]:
            happened.append(("products.product.updated", product, {"changed": names}))
        if "is_active" in changed[product.pk]:
            word = "activated" if product.is_active else "archived"
            happened.append((f"products.product.{word}", product, {}))
    events.record_all([entry for entry in happened if entry[1].pk not in refused], by=by)
    return [refused.get(product.pk, product) for product in products]


@transaction.atomic
def create_group(*, company: Company, by: User | None, **fields: Any) -> ProductGroup:
    """A new group; its name is unique in the company."""
    group = ProductGroup(company=company)
    saving.assign(group, fields, allowed=GROUP_FIELDS)
    saving.save(group)
    events.record("products.group.created", group, by=by, data={"name": group.name})
    return group


@transaction.atomic
def update_group(group: ProductGroup, *, by: User | None, **fields: Any) -> ProductGroup:
    """Change the name, ledger account or margin."""
    group = ProductGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    changed = saving.assign(group, fields, allowed=GROUP_FIELDS)
    if changed:
        saving.save(group, update_fields=[*changed, "updated_at"])
        events.record("products.group.updated", group, by=by, data={"changed": changed})
    return group


@transaction.atomic
def delete_group(group: ProductGroup, *, by: User | None) -> None:
    """Remove an empty group."""
    group = ProductGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
    if group.products.exists():
        message = _("This group still holds products. Move them to another group first.")
        raise Conflict(message, code="group_in_use")
    events.record("products.group.deleted", group, by=by, data={"name": group.name})
    group.delete()


def _locked(product: Product) -> Product:
    row: Product = Product.objects.select_for_update(of=("self",)).get(pk=product.pk)
    return row


def _groups_named(names: set[str], company: Company, by: User | None) -> dict[str, ProductGroup]:
    """The groups of these names; what is missing is made."""
    groups = {group.name: group for group in ProductGroup.objects.filter(name__in=names)}
    missing = sorted(names - groups.keys())
    return groups | {name: create_group(company=company, by=by, name=name) for name in missing}


def _set_active(product: Product, active: bool, action: str, *, by: User | None) -> Product:
    product = _locked(product)
    if product.is_active != active:
        product.is_active = active
        saving.save(product, update_fields=["is_active", "updated_at"])
        events.record(action, product, by=by)
    return product
