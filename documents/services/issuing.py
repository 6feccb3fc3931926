"""Issue: the moment a draft gets its number and can never change again.

The order is fixed: validate, snapshot, calculate, lock the series last, number, freeze, record. PDF, mail and network
come after the commit.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activity import events, jobs
from core import vat
from core.errors import Conflict, Refused
from customers.models import Party
from documents import clauses, numbers, snapshots, tags, warnings
from documents.calculation import Totals
from documents.models import Document, State
from documents.services import drafting, numbering
from users.models import Company, User

ISSUED_FIELDS = [
    "state",
    "series",
    "sequence_number",
    "number",
    "structured_message",
    "issue_date",
    "due_date",
    "seller",
    "buyer",
    "buyer_name",
    "buyer_vat",
    "mentions",
    "terms",
    "total_net",
    "total_vat",
    "total_gross",
    "issued_at",
    "issued_by",
    "version",
    "updated_at",
]
type Effect = Callable[[Document, User | None], None]

_effects: list[Effect] = []


def at_issue(effect: Effect) -> Effect:
    """Have `effect(document, by)` called inside every issue, once it is numbered; what it raises undoes the issue."""
    _effects.append(effect)
    return effect


class PriceWarningsOpen(Conflict):
    """The draft has lines without a price; issuing it needs a yes."""


@transaction.atomic
def issue(
    document: Document,
    *,
    by: User | None,
    on: date | None = None,
    accept_warnings: bool = False,
    version: int | None = None,
    seen: str = "",
) -> Document:
    """Number and freeze a draft, dated `on` (today when not given). Raises Refused or Conflict and changes nothing.

    `version` refuses a draft that changed since it was read; `seen`, the `digest` of what a person was shown, refuses
    any difference in what becomes final: the draft, the customer's details, our own.
    """
    on = on or timezone.localdate()
    locked = Document.objects.select_for_update(of=("self",)).select_related("company", "party").get(pk=document.pk)
    if not locked.is_draft:
        raise Conflict(_("This document is already issued as %s.") % locked.number, code="issued")
    if version is not None and locked.version != version:
        raise Conflict(
            _("Somebody changed this draft in the meantime. Look at it again before you issue."), code="stale"
        )
    party = _check(locked, on=on)
    totals = drafting.recalculate(locked)
    prepare(locked, party, on=on)
    if seen and digest(locked, totals) != seen:
        raise Conflict(_("This is no longer what you were shown. Look at it again, then issue."), code="stale")
    if not accept_warnings:
        _check_prices(locked)
    happened = _issue(locked, totals, by=by, on=on)
    events.record_all([happened], by=by)
    return locked


@transaction.atomic(savepoint=False)
def create(kind: str, *, by: User | None, on: date | None = None, **fields: Any) -> Document:
    """Make a draft as `drafting.create` does and issue it, in half the statements. What it raises undoes the caller's
    whole transaction.
    """
    on = on or timezone.localdate()
    document, totals = drafting.insert(kind, by=by, **fields)
    created: events.Happening = (document.declaration.event("created"), document, {})
    prepare(document, _check(document, on=on), on=on)
    issued = _issue(document, totals, by=by, on=on)
    events.record_all([created, issued], by=by)
    return document


def prepare(document: Document, party: Party, *, on: date) -> None:
    """Set on the document what its issue on a date freezes, but for the amounts and the number."""
    kind = document.declaration
    document.seller = snapshots.seller(document.company)
    document.buyer = snapshots.buyer(party)
    document.buyer_name, document.buyer_vat = party.name, party.vat_number
    document.issue_date = on
    document.due_date = on + timedelta(days=document.payment_term_days) if kind.has_due_date else None
    document.mentions = clauses.mentions(
        regime=document.vat_regime,
        reason=document.vat_reason,
        is_credit=kind.sign < 0,
        language=document.language,
        region=document.company.region,
    )


def digest(document: Document, totals: Totals) -> str:
    """A mark of all that the issue of a prepared document freezes; the number alone may still change."""
    frozen = [
        document.version,
        document.seller,
        document.buyer,
        document.issue_date,
        document.due_date,
        document.mentions,
        totals.net,
        totals.gross,
        [(group.category, group.rate, group.base, group.vat) for group in totals.groups],
    ]
    return hashlib.sha256(json.dumps(frozen, default=str).encode()).hexdigest()


def _issue(locked: Document, totals: Totals, *, by: User | None, on: date) -> events.Happening:
    """From a prepared draft to the frozen document; what happened is the caller's to record."""
    kind = locked.declaration
    _check_amounts(locked, totals)
    _number(locked, on=on)
    locked.state = State.ISSUED
    locked.terms = tags.print_on(locked.terms, locked)
    locked.issued_at = timezone.now()
    locked.issued_by = by
    locked.version += 1
    locked.save(update_fields=ISSUED_FIELDS)
    for effect in _effects:
        effect(locked, by)
    jobs.enqueue(
        "documents.print",
        company_id=locked.company_id,
        key=f"print:{locked.pk}",
        params={"document_id": str(locked.pk)},
        object_id=locked.pk,
        first=True,
    )
    return kind.event("issued"), locked, {"number": locked.number, "total": str(locked.total_gross)}


def _number(document: Document, *, on: date) -> None:
    """Take the next number of the series; its row stays locked until the commit, so none is lost or given twice."""
    series, of_communication, text = numbering.lock(document.company, document.declaration, on=on)
    numbering.refuse_earlier(series, on=on)
    document.series, document.sequence_number = series, series.next_number
    document.number = numbers.render(text, series.next_number, on=on)
    if of_communication is not None:
        document.structured_message = numbering.communication(document.declaration, of_communication)
    numbering.advance(series, of_communication, on=on)


def obstacles(document: Document, totals: Totals, *, on: date) -> list[Refused]:
    """All that would refuse the issue on a date, where issuing itself stops at the first."""
    found = []
    checks: list[Callable[[], object]] = [
        lambda: _check_date(on),
        lambda: numbering.check_order(document.company, document.declaration, on=on),
        lambda: _check_seller(document),
        lambda: buyer_of(document),
        lambda: _check_regime(document, document.party),
        lambda: _check_amounts(document, totals),
    ]
    for check in checks:
        try:
            check()
        except Refused as refusal:
            found.append(refusal)
    return found


def _check(document: Document, *, on: date) -> Party:
    """What can be said before the amounts; returns the buyer."""
    _check_date(on)
    _check_seller(document)
    party = buyer_of(document)
    _check_regime(document, party)
    return party


def _check_date(on: date) -> None:
    if on > timezone.localdate():
        raise Refused(_("The issue date cannot lie in the future."), code="future_date", pointer="/issue_date")


def _check_prices(document: Document) -> None:
    if document.warnings.filter(code__in=warnings.price_codes()).exists():
        raise PriceWarningsOpen(
            _("Some lines have no price yet. Set the prices, or confirm that they are free of charge."),
            code="price_warnings",
        )


def missing_of_seller(company: Company) -> list[str]:
    """What a company must still fill in before it can issue, in the active language."""
    needed = {
        "name": _("name"),
        "vat_number": _("VAT number"),
        "street": _("street"),
        "postal_code": _("postal code"),
        "city": _("city"),
        "iban": _("IBAN"),
    }
    return [label for name, label in needed.items() if not getattr(company, name)]


def _check_seller(document: Document) -> None:
    if missing := missing_of_seller(document.company):
        raise Refused(
            _("Complete your company's details first: %s.") % ", ".join(missing),
            code="seller_incomplete",
            pointer="/seller",
        )


def buyer_of(document: Document) -> Party:
    """The customer, complete enough for an invoice."""
    party = document.party
    if party is None:
        raise Refused(_("Choose a customer before you issue."), code="no_customer", pointer="/customer")
    if party.is_archived:
        raise Refused(_("This customer is archived. Restore them first."), code="archived", pointer="/customer")
    if party.is_company and not (party.street and party.postal_code and party.city):
        raise Refused(
            _("Complete the address of %s first; an invoice to a company needs it.") % party.name,
            code="buyer_incomplete",
            pointer="/customer",
        )
    return party


def _check_regime(document: Document, party: Party | None) -> None:
    treatment = vat.TREATMENTS[document.vat_regime]
    label = vat.Regime(document.vat_regime).label
    if treatment.needs_vat_number and party and not party.vat_number:
        raise Refused(
            _("“%s” needs the customer's VAT number.") % label,
            code="vat_number_missing",
            pointer="/customer/vat_number",
        )
    if treatment.needs_delivery and not document.delivery_date:
        raise Refused(_("“%s” needs a delivery date.") % label, code="delivery_missing", pointer="/delivery_date")
    if treatment.needs_reason and not document.vat_reason:
        raise Refused(_("“%s” needs a reason.") % label, code="reason_missing", pointer="/vat_reason")


def _check_amounts(document: Document, totals: Totals) -> None:
    if not totals.amounts:
        raise Refused(_("Add at least one line before you issue."), code="no_lines", pointer="/lines")
    if totals.gross < 0:
        raise Refused(
            _("A total cannot be negative. Make a credit note instead."), code="negative_total", pointer="/lines"
        )
    categories = {group.category for group in totals.groups}
    if vat.Category.OUT_OF_SCOPE in categories and len(categories) > 1:
        raise Refused(
            _("“Outside the scope of VAT” cannot be mixed with other VAT categories."),
            code="mixed_scope",
            pointer="/lines",
        )
