"""Years of issued invoices: a few real ones, made by the services, and as many copies of them by SQL as are asked for.

A copy is as whole as its pattern: lines, VAT lines, annexes, payments, balance and events, under a number, a structured
communication and a day of its own. Its ids are those of the pattern with the copy's own moment in front, so that all
that points at each other still does.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Sum
from django.utils import timezone

from activity import events
from activity.models import Event, EventCounter
from bench.ground import Ground
from core.identifiers import structured_communication
from documents import freezing, numbers
from documents.models import Balance, Document, File, Line, LineRole, Series, VatLine
from documents.services import annexing, drafting, issuing
from documents.services.drafting import LineInput
from integrations.providers.climapulse.sandbox import pdf
from invoices import turnover
from invoices.kinds import INVOICE
from invoices.models import MonthlyTurnover
from payments.models import Payment, Settlement
from payments.services import recording

PATTERNS = 50
ANNEXES = 2
MOST = 100_000
BATCH = 5_000
_COPIES = "bench_copies"
# Each table with the path to the document that its rows belong to.
_TABLES: dict[type[models.Model], str] = {
    Document: "original.id",
    Line: "original.document_id",
    VatLine: "original.document_id",
    File: "original.document_id",
    Balance: "original.document_id",
    Payment: "(SELECT document_id FROM payments_settlement WHERE payment_id = original.id)",
    Settlement: "original.document_id",
    Event: "original.object_id",
}
_OWN = {
    (Document, "sequence_number"): "copy.sequence_number",
    (Document, "number"): "copy.number",
    (Document, "structured_message"): "copy.communication",
    (Document, "issue_date"): "copy.day",
    (Document, "due_date"): "copy.due",
    (Balance, "due_date"): "copy.due",
    (Document, "public_key"): "copy.moment || substr(original.public_key, 13)",
    (Payment, "date"): "copy.day",
    (Event, "sequence"): "copy.events + row_number() OVER (PARTITION BY copy.moment ORDER BY original.sequence)",
}


class Archive:
    """Grows by `fill`; the scope of the company is open around it."""

    def __init__(self, ground: Ground, *, lines: int) -> None:
        self.ground = ground
        self.start = date(timezone.localdate().year, 1, 1)
        for position in range(PATTERNS):
            _pattern(ground, position, lines=lines, on=self.start)
        events.dispatch(ground.company.pk)
        self.patterns = list(Document.objects.issued().order_by("sequence_number"))
        self.size = len(self.patterns)

    def fill(self, size: int) -> None:
        """Copy until there are `size` invoices, and tell the database's planner of it."""
        counter = EventCounter.objects.get(company_id=self.ground.company.pk)
        each = Event.objects.filter(object_id=self.patterns[0].pk).count()
        copies = [self._copy(index, counter.last + each * (index - self.size)) for index in range(self.size, size)]
        with _unchecked(), connection.cursor() as cursor:
            _make_table(cursor)
            for start in range(0, len(copies), BATCH):
                _insert(cursor, copies[start : start + BATCH])
            for model, document in _TABLES.items():
                cursor.execute(_copying(model, document))
            cursor.execute(f"DROP TABLE {_COPIES}")
        for family in (INVOICE.family, f"communication-{INVOICE.communication_series}"):
            Series.objects.filter(family=family).update(next_number=size + 1)
        Series.objects.filter(family=INVOICE.family).update(last_date=copies[-1][5])
        EventCounter.objects.filter(pk=counter.pk).update(last=counter.last + each * len(copies))
        _add_up(self.ground.company.pk)
        self.size = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _copy(self, index: int, events_before: int) -> tuple[Any, ...]:
        """What the copy that becomes invoice number `index + 1` has for itself."""
        pattern = self.patterns[index % PATTERNS]
        now = timezone.now()
        since = now - datetime(self.start.year, 1, 1, tzinfo=UTC)
        at = now - since * (MOST - index) / MOST
        day = min(self.start + timedelta(days=since.days * index // MOST), timezone.localdate())
        base = f"{INVOICE.communication_series}{day.year % 100:02d}{index + 1:06d}"
        return (
            _id(pattern.pk),
            f"{int(at.timestamp() * 1000):012x}",
            index + 1,
            numbers.render(INVOICE.number_format, index + 1, on=day),
            structured_communication(base),
            day,
            day + timedelta(days=pattern.payment_term_days),
            at if connection.vendor == "postgresql" else at.replace(tzinfo=None).isoformat(" "),
            events_before,
        )


def _add_up(company_id: UUID) -> None:
    """The turnover by month, which issuing would have kept."""
    months: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for kind, day, net in (
        turnover.documents().order_by().values_list("kind", "issue_date").annotate(net=Sum("total_net"))
    ):
        months[kind, day.replace(day=1)] += net
    MonthlyTurnover.objects.all().delete()
    MonthlyTurnover.objects.bulk_create(
        MonthlyTurnover(company_id=company_id, kind=kind, month=month, net=net) for (kind, month), net in months.items()
    )


def _pattern(ground: Ground, position: int, *, lines: int, on: date) -> None:
    """An invoice like that of a work order: a heading, hours, kilometres and materials, two reports; most are paid."""
    products = [ground.products[(position * lines + index) % len(ground.products)] for index in range(lines - 1)]
    inputs = [LineInput(role=LineRole.SECTION, description="Entretien annuel climatisation")] + [
        LineInput(
            product=product,
            detail=product.description,
            quantity=Decimal(index + 1) / 2,
            own_rate=Decimal("6.00") if index % 4 == 3 else None,
            discount_percent=Decimal("5.00") if index % 5 == 4 else Decimal("0.00"),
        )
        for index, product in enumerate(products)
    ]
    party = ground.customers[position % len(ground.customers)]
    draft = drafting.create(
        INVOICE.key, company=ground.company, party=party, by=ground.owner, lines=inputs, reference=f"BT-{position:05}"
    )
    for number in range(ANNEXES):
        content = pdf.write(f"{position} {number}")
        annexing.add(draft, content=content, filename=f"rapport-{number}.pdf", by=None, external_id=f"a-{number}")
    invoice = issuing.issue(draft, by=ground.owner, on=on)
    paid = (Decimal(1), Decimal(1), Decimal(1), Decimal("0.50"))[position % 4]
    recording.record(invoice, amount=(invoice.total_gross * paid).quantize(Decimal("0.01")), by=ground.owner, on=on)


def _copying(model: type[models.Model], document: str) -> str:
    """INSERT … SELECT of a table's pattern rows, once for each copy of their document."""
    fields = model._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field) for field in fields)
    table = model._meta.db_table
    return (
        f'INSERT INTO "{table}" ({columns}) SELECT {values} FROM "{table}" original '  # noqa: S608 - Django's own names
        f"JOIN {_COPIES} copy ON copy.document_id = {document} ORDER BY copy.sequence_number"
    )


def _value(model: type[models.Model], field: Any) -> str:
    if (model, field.name) in _OWN:
        return _OWN[model, field.name]
    original = f'original."{field.column}"'
    if field.primary_key or field.related_model in _TABLES or field.name == "object_id":
        return _moved(original)
    if isinstance(field, models.DateTimeField):
        return f"CASE WHEN {original} IS NOT NULL THEN copy.at END"
    return original


def _moved(original: str) -> str:
    """The id of a copied row; what is NULL stays so."""
    if connection.vendor == "sqlite":
        return f"copy.moment || substr({original}, 13)"
    return f"(copy.moment || substr(replace({original}::text, '-', ''), 13))::uuid"


def _id(value: Any) -> str:
    return value.hex if connection.vendor == "sqlite" else str(value)


def _make_table(cursor: Any) -> None:
    uuid, moment = ("uuid", "timestamptz") if connection.vendor == "postgresql" else ("char(32)", "datetime")
    cursor.execute(
        f"CREATE TABLE {_COPIES} (document_id {uuid}, moment char(12), sequence_number bigint, number varchar(50), "
        f"communication varchar(12), day date, due date, at {moment}, events bigint)"
    )


def _insert(cursor: Any, copies: Sequence[tuple[Any, ...]]) -> None:
    if connection.vendor == "sqlite":
        marks = ", ".join(["?"] * len(copies[0]))
        cursor.connection.executemany(f"INSERT INTO {_COPIES} VALUES ({marks})", copies)  # noqa: S608 - our own name
        return
    row = f"({', '.join(['%s'] * len(copies[0]))})"
    values = ", ".join([row] * len(copies))
    cursor.execute(f"INSERT INTO {_COPIES} VALUES {values}", [value for copy in copies for value in copy])  # noqa: S608


@contextmanager
def _unchecked() -> Iterator[None]:
    """Without triggers and foreign keys: a copy points where its pattern did, and a check a row would take minutes."""
    freezing.drop()
    try:
        with connection.cursor() as cursor, connection.constraint_checks_disabled():
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
            yield
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = DEFAULT")
    finally:
        freezing.install()
