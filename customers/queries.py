"""Who a description speaks of, among the customers we have."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.identifiers import compact_vat
from customers.matching import name_key
from customers.models import Party


def find_party(described: Mapping[str, Any]) -> Party | None:
    """The one party that is meant, by the first step that finds any:

    1. the same external id, archived or not, which it is up to the caller to refuse; a merged one stands for the one
       it was merged into;
    2. the same VAT number;
    3. the same e-mail and the same name, as `matching` compares names;
    4. where no e-mail is given, the same name and postal code.

    From step 2 on only parties that are not archived count, and none that has another external id or another VAT
    number than the ones given. Two that fit are refused: none is guessed.
    """
    external_id = described.get("external_id", "")
    if external_id and (known := Party.objects.filter(external_id=external_id).first()) is not None:
        while known.merged_into is not None:
            known = known.merged_into
        return known
    for rows in _steps(described):
        found = list(rows.order_by("created_at", "id")[:2])
        if len(found) > 1:
            numbers = {"one": found[0].number, "other": found[1].number}
            message = _("Several customers fit, among them %(one)s and %(other)s. Give the id of the one you mean.")
            raise Conflict(message % numbers, code="ambiguous")
        if found:
            return found[0]
    return None


def _steps(described: Mapping[str, Any]) -> Iterator["QuerySet[Party]"]:
    vat_number = compact_vat(described.get("vat_number", ""), country=described.get("country", "BE"))
    external_id, email = described.get("external_id", ""), described.get("email", "").strip()
    key, postal_code = name_key(described.get("name", "")), described.get("postal_code", "")
    people = Party.objects.current()
    if external_id:
        people = people.filter(external_id="")
    if vat_number:
        yield people.filter(vat_number=vat_number)
        people = people.filter(Q(vat_number="") | Q(vat_number=vat_number))
    if email and key:
        yield people.filter(email__iexact=email, name_key=key)
    elif key and postal_code:
        yield people.filter(name_key=key, postal_code=postal_code)
