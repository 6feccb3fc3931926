"""The proof of the ledger of the company in scope: what is kept is counted again, and each difference is a sentence."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from core.money import ZERO, half_up
from documents.models import Document, Line, Series, VatLine
from payments.models import Direction, Payment, Settlement
from payments.queries import receivable_kinds

_NAMED_GAPS = 5
type Proof = Callable[[], Iterator[str]]

_proofs: list[Proof] = []


def faults() -> Iterator[str]:
    """One line for each fault; none when the ledger is right."""
    yield from _balances()
    yield from _payments()
    yield from _settlements()
    yield from _numbers()
    yield from _totals()
    for proof in _proofs:
        yield from proof()


def prove(proof: Proof) -> Proof:
    """Have `proof()` asked as well: higher floors keep figures of their own. It yields a sentence for each fault."""
    _proofs.append(proof)
    return proof


def _balances() -> Iterator[str]:
    for number in Document.objects.issued().filter(balance=None).order_by("pk").values_list("number", flat=True):
        yield f"{number}: issued without a balance"
    for pk in Document.objects.drafts().exclude(balance=None).order_by("pk").values_list("pk", flat=True):
        yield f"draft {pk}: has a balance"
    rows = (
        Document.objects.issued()
        .exclude(balance=None)
        .annotate(
            settled=_sum(Settlement.objects.filter(document=OuterRef("pk")), "document"),
            given=_sum(Settlement.objects.filter(credit_note=OuterRef("pk")), "credit_note"),
        )
    )
    columns = ("balance__party_id", "party_id", "balance__due_date", "due_date")
    for number, kept, total, settled, given, party, of_party, due, of_due in _listed(
        rows, "number", "balance__open_amount", "total_gross", "settled", "given", *columns
    ):
        if (party, due) != (of_party, of_due):
            yield f"{number}: the balance is of another party or due date"
        expected = total - half_up(settled) - half_up(given)
        if kept != expected:
            yield f"{number}: the balance says {kept}, total less settlements is {expected}"


def _payments() -> Iterator[str]:
    receivable = receivable_kinds()
    settlements = Settlement.objects.filter(payment=OuterRef("pk"))
    rows = Payment.objects.annotate(
        towards_us=_sum(settlements.filter(document__kind__in=receivable), "payment"),
        from_us=_sum(settlements.exclude(document__kind__in=receivable), "payment"),
    )
    for pk, amount, direction, undone, towards_us, from_us in _listed(
        rows, "pk", "amount", "direction", "undone_at", "towards_us", "from_us"
    ):
        moved = half_up(towards_us) - half_up(from_us)
        expected = ZERO if undone else amount if direction == Direction.IN else -amount
        if moved != expected:
            yield f"payment {pk}: settles {moved} instead of {expected}"


def _settlements() -> Iterator[str]:
    mixed = Settlement.objects.filter(
        Q(payment__isnull=False) & ~Q(payment__currency=F("document__currency"))
        | Q(credit_note__isnull=False) & ~Q(credit_note__currency=F("document__currency"))
    )
    for pk in mixed.order_by("pk").values_list("pk", flat=True):
        yield f"settlement {pk}: joins two currencies"


def _numbers() -> Iterator[str]:
    for series in Series.objects.filter(documents__isnull=False).distinct().order_by("family", "year"):
        rows: list[Any] = list(
            series.documents.order_by("sequence_number", "pk").values_list("sequence_number", "issue_date")
        )
        name = f"series {series}"
        counted = Counter(number for number, _day in rows)
        for twice in sorted(number for number, times in counted.items() if times > 1):
            yield f"{name}: number {twice} is given twice"
        gaps = [number for number in range(min(counted), series.next_number) if number not in counted]
        for gap in gaps[:_NAMED_GAPS]:
            yield f"{name}: number {gap} is missing"
        if len(gaps) > _NAMED_GAPS:
            yield f"{name}: {len(gaps) - _NAMED_GAPS} more numbers are missing"
        if max(counted) >= series.next_number:
            yield f"{name}: number {max(counted)} is given, and {series.next_number} would be next"
        for (before, earlier), (after, later) in pairwise(rows):
            if later < earlier:
                yield f"{name}: number {after} is dated before number {before}"
    doubles = (
        Document.objects.issued().order_by().values("kind", "number").annotate(times=Count("pk")).filter(times__gt=1)
    )
    for kind, number, times in doubles.order_by("kind", "number").values_list("kind", "number", "times"):
        yield f"{kind} {number}: printed on {times} documents"


def _totals() -> Iterator[str]:
    lines, vat_lines = Line.objects.filter(document=OuterRef("pk")), VatLine.objects.filter(document=OuterRef("pk"))
    rows = Document.objects.issued().annotate(
        nets=_sum(lines, "document", "net"), bases=_sum(vat_lines, "document", "base"), vat=_sum(vat_lines, "document")
    )
    for number, net, vat, gross, nets, bases, of_vat_lines in _listed(
        rows, "number", "total_net", "total_vat", "total_gross", "nets", "bases", "vat"
    ):
        for name, kept, counted, words in (
            ("total_net", net, nets, "its lines"),
            ("total_net", net, bases, "its VAT bases"),
            ("total_vat", vat, of_vat_lines, "its VAT lines"),
            ("total_gross", gross, net + vat, "net and VAT"),
        ):
            if kept != half_up(counted):
                yield f"{number}: {name} is {kept}, {words} come to {half_up(counted)}"


def _sum(rows: QuerySet[Any], by: str, column: str = "amount") -> Coalesce:
    """The sum beside each row; SQLite adds in floating point, so it is rounded where it is read."""
    total = rows.order_by().values(by).annotate(sum_of=Sum(column)).values("sum_of")
    return Coalesce(Subquery(total), ZERO, output_field=DecimalField(max_digits=20, decimal_places=2))


def _listed(rows: QuerySet[Any], *columns: str) -> Iterator[tuple[Any, ...]]:
    yield from rows.order_by("pk").values_list(*columns).iterator(chunk_size=2000)
