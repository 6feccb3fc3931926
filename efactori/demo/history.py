"""What the demo company sold since the first of January of last year: invoices, some credited, most of them paid.

Made by the services, dated as they would have been. Chance is seeded, so that every installation begins alike; the
dates follow the day of the first start.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone, translation

from activity import jobs
from core.money import half_up
from core.tenancy import company_scope
from core.vat import Regime
from customers.models import Party
from documents import warnings
from documents.models import Document
from documents.services import crediting, drafting, issuing
from documents.services.drafting import LineInput
from invoices.kinds import INVOICE
from payments.models import Method
from payments.services import recording
from products.models import Product
from users.models import Company, User

QUIET_DAYS = 2  # today's first number is left to whoever tries the application
# How many invoices each month sees: heat pumps before winter, air conditioning before summer, holidays in between.
PACE = {1: 4, 2: 4, 3: 5, 4: 5, 5: 6, 6: 6, 7: 3, 8: 2, 9: 5, 10: 6, 11: 6, 12: 3}
LARGE = ("P0012", "P0016", "P0012", "P0013")  # in turn, in one invoice of three
LARGE_FROM = Decimal(400)
WITHOUT_PRICE = "P0027"
# How many days after the due date each customer pays, at the earliest and at the latest.
HABITS = {"C00001": (-9, 2), "C00002": (-4, 1), "C00004": (12, 48), "C00006": (3, 20), "C00008": (20, 65)}
USUAL = (-10, 6)
IN_TWO_PARTS_EVERY = 12
CREDITED_EVERY, CREDITED_PART = 17, Decimal("0.5")
FORGOTTEN = (75, 130)  # the latest that were due so many days ago are still waiting for their money


def load(company: Company) -> None:
    """Fill an empty company; whoever reads it later finds a business, not a form."""
    with company_scope(company.pk), translation.override("fr"):
        alice = company.memberships.select_related("user").order_by("created_at")[0].user
        today = timezone.localdate()
        sold = _sell(company, alice, until=today - timedelta(days=QUIET_DAYS))
        _pay(sold, alice, today=today)
        _leave_a_draft(company, alice)


def _sell(company: Company, alice: User, *, until: date) -> list[Document]:
    chance = random.Random(1070)  # noqa: S311 - hides nothing
    customers = list(Party.objects.order_by("number"))
    products = list(Product.objects.exclude(number=WITHOUT_PRICE).order_by("number"))
    sold: list[Document] = []
    for number, day in enumerate(_days(until, chance)):
        customer = chance.choice(customers)
        is_foreign = customer.country != company.country
        draft = drafting.create(
            INVOICE.key,
            company=company,
            party=customer,
            by=alice,
            lines=_lines(chance, products, large=LARGE[number // 3 % len(LARGE)] if number % 3 == 0 else ""),
            delivery_date=day,
            vat_regime=Regime.INTRA_COMMUNITY_GOODS if is_foreign else customer.vat_regime or Regime.STANDARD,
        )
        sold.append(_issue(draft, alice, on=day))
        if number % CREDITED_EVERY == CREDITED_EVERY - 1:
            _issue(_credit(sold[-1], alice), alice, on=day)
    return sold


def _days(until: date, chance: random.Random) -> list[date]:
    """The days on which something is issued, in their order; this year there is more to do than last year."""
    days: list[date] = []
    for year in (until.year - 1, until.year):
        for month, pace in PACE.items():
            count = pace + (1 if year == until.year else 0)
            days += [date(year, month, chance.randint(1, 28)) for _one in range(count)]
    return sorted(day for day in days if day <= until)


def _lines(chance: random.Random, products: list[Product], *, large: str) -> list[LineInput]:
    small = [product for product in products if product.unit_price < LARGE_FROM]
    chosen = [LineInput(product=one, quantity=Decimal(chance.randint(1, 8))) for one in chance.sample(small, 3)]
    return chosen + [LineInput(product=one, quantity=Decimal(1)) for one in products if one.number == large]


def _credit(invoice: Document, alice: User) -> Document:
    """A gesture: half of the first line."""
    line = invoice.lines.order_by("position")[0]
    return crediting.credit(invoice, by=alice, quantities={line.pk: line.quantity * CREDITED_PART})


def _issue(draft: Document, alice: User, *, on: date) -> Document:
    """Issued, and printed when somebody asks for it: a hundred PDF files nobody opens would delay the first start."""
    issued = issuing.issue(draft, by=alice, on=on)
    jobs.withdraw(company_id=issued.company_id, key=f"print:{issued.pk}")
    return issued


def _pay(sold: list[Document], alice: User, *, today: date) -> None:
    """Each customer pays after their own habit; now and then in two parts, and some not at all."""
    chance = random.Random(539007)  # noqa: S311 - hides nothing
    forgotten = [_last_due(sold, today - timedelta(days=days)) for days in FORGOTTEN]
    rows = Document.objects.filter(pk__in=[invoice.pk for invoice in sold]).select_related("balance", "party")
    for number, invoice in enumerate(rows.order_by("issue_date", "sequence_number")):
        habit = HABITS.get(invoice.party.number if invoice.party else "", USUAL)
        on = (invoice.due_date or today) + timedelta(days=chance.randint(*habit))
        amount = invoice.open_amount
        if on > today or amount <= 0 or invoice in forgotten:
            continue
        if number % IN_TWO_PARTS_EVERY == 0:
            first = half_up(amount / 2)
            _receive(invoice, first, alice, on=on - timedelta(days=10))
            amount -= first
        _receive(invoice, amount, alice, on=on)


def _receive(invoice: Document, amount: Decimal, alice: User, *, on: date) -> None:
    recording.record(
        invoice, amount=amount, by=alice, on=on, method=Method.TRANSFER, reference=invoice.structured_message
    )


def _last_due(sold: list[Document], before: date) -> Document | None:
    """The last invoice that was due before a day."""
    due = [invoice for invoice in sold if invoice.due_date is not None and invoice.due_date <= before]
    return max(due, key=lambda invoice: (invoice.due_date, invoice.number), default=None)


def _leave_a_draft(company: Company, alice: User) -> None:
    """A draft that waits for a price, so that a warning and its cure are there to be seen."""
    product = Product.objects.get(number=WITHOUT_PRICE)
    party = Party.objects.get(number="C00006")
    priced = Product.objects.get(number="P0025")
    draft = drafting.create(
        INVOICE.key,
        company=company,
        party=party,
        by=alice,
        lines=[LineInput(product=priced), LineInput(product=product)],
    )
    line = draft.lines.get(product=product)
    warnings.add(draft, "missing_price", line=line, name=product.name, product=str(product.pk))
