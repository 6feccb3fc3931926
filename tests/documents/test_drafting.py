"""Drafts: what they take from the customer, what counts as touched, and what is refused without a trace."""

from decimal import Decimal

import pytest

from activity.models import Event
from core.errors import Conflict, Refused
from core.tenancy import ForeignCompany, company_scope
from customers.models import Party
from documents import warnings
from documents.models import Document, Line
from documents.services import drafting, issuing
from documents.services.drafting import LineInput
from products.models import Product
from users.models import Company, User, VatScheme

D = Decimal


def test_language_term_and_regime_come_from_the_customer(scope: Company, dupont: Party, alice: User) -> None:
    Party.objects.filter(pk=dupont.pk).update(language="nl", payment_term_days=14, vat_regime="reverse_charge")
    dupont.refresh_from_db()
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput("x", unit_price=D(100))])
    assert (draft.language, draft.payment_term_days, draft.vat_regime) == ("nl", 14, "reverse_charge")
    assert [(v.category, v.rate, v.base, v.amount) for v in draft.vat_lines.all()] == [("AE", D(0), D(100), D(0))]


@pytest.mark.parametrize(
    ("regime", "category", "rate"),
    [
        ("standard", "S", "21.00"),
        ("renovation", "S", "6.00"),
        ("reverse_charge", "AE", "0.00"),
        ("intra_community_goods", "K", "0.00"),
        ("intra_community_services", "AE", "0.00"),
        ("export", "G", "0.00"),
        ("exempt", "E", "0.00"),
        ("out_of_scope", "O", "0.00"),
    ],
)
def test_a_regime_decides_for_every_line(
    scope: Company, dupont: Party, alice: User, regime: str, category: str, rate: str
) -> None:
    draft = drafting.create(
        "invoice", company=scope, party=dupont, by=alice, vat_regime=regime, lines=[LineInput("x", unit_price=D(10))]
    )
    line = draft.lines.get()
    assert (line.vat_category, line.vat_rate, line.own_rate) == (category, D(rate), D("21.00"))


def test_a_small_business_sells_without_vat_whatever_is_chosen(scope: Company, dupont: Party, alice: User) -> None:
    scope.vat_scheme = VatScheme.SMALL_BUSINESS
    scope.save()
    draft = drafting.create(
        "invoice",
        company=scope,
        party=dupont,
        by=alice,
        vat_regime="standard",
        lines=[LineInput("x", unit_price=D(10))],
    )
    assert (draft.vat_regime, draft.total_vat, draft.lines.get().vat_category) == ("small_business", D(0), "E")


def test_renovation_spares_what_the_law_excludes(
    scope: Company, dupont: Party, alice: User, products: dict[str, Product]
) -> None:
    Product.objects.filter(number="P0001").update(renovation_rate="excluded")
    boiler = Product.objects.get(number="P0001")
    draft = drafting.create(
        "invoice",
        company=scope,
        party=dupont,
        by=alice,
        vat_regime="renovation",
        lines=[
            LineInput(product=boiler),
            LineInput(product=products["P0007"]),
            LineInput("x", unit_price=D(10), vat_exception="bureau au rez-de-chaussée"),
        ],
    )
    assert [line.vat_rate for line in draft.lines.all()] == [D("21.00"), D("6.00"), D("21.00")]


def test_an_exception_made_by_hand_stands_on_the_timeline(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create(
        "invoice",
        company=scope,
        party=dupont,
        by=alice,
        vat_regime="renovation",
        lines=[LineInput("x", unit_price=D(10))],
    )
    row = draft.lines.get()
    drafting.update(draft, by=alice, lines=[LineInput("x", unit_price=D(10), vat_exception="bureau", id=row.pk)])
    event = Event.objects.get(action="invoices.invoice.vat_excepted")
    assert event.data == {"line": "x", "rate": "21.00", "reason": "bureau"}
    assert event.actor_id == alice.pk


def test_a_person_touches_a_draft_and_the_system_does_not(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=None, by=None, lines=[LineInput("x")])
    assert draft.edited_at is None
    drafting.update(draft, by=None, lines=[LineInput("y")])
    drafting.update(draft, by=alice, internal_note="appeler")
    assert Document.objects.get(pk=draft.pk).edited_at is None
    drafting.update(draft, by=alice, party=dupont)
    touched = Document.objects.get(pk=draft.pk)
    assert touched.edited_at is not None
    assert touched.buyer_name == "Boulangerie Dupont SRL"


def test_lines_that_stay_keep_their_id(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create(
        "invoice", company=scope, party=dupont, by=alice, lines=[LineInput("a", unit_price=D(1)), LineInput("b")]
    )
    first, second = draft.lines.all()
    drafting.update(
        draft, by=alice, lines=[LineInput("c"), LineInput("a2", id=first.pk, quantity=D(3), unit_price=D(2))]
    )
    rows = list(draft.lines.all())
    assert [(row.description, row.position, row.net) for row in rows] == [("c", 0, D("0.00")), ("a2", 1, D("6.00"))]
    assert rows[1].pk == first.pk
    assert not Line.objects.filter(pk=second.pk).exists()


def test_an_older_reading_cannot_overwrite(scope: Company, dupont: Party, alice: User, bob: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput("a", unit_price=D(1))])
    drafting.update(draft, by=bob, version=1, note="bob")
    with pytest.raises(Conflict) as refusal:
        drafting.update(draft, by=alice, version=1, note="alice")
    assert refusal.value.code == "stale"
    assert Document.objects.get(pk=draft.pk).note == "bob"


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        (LineInput("x", unit_price=D("-0.01")), "/lines/0/unit_price"),
        (LineInput("x", quantity=D("1e12")), "/lines/0/quantity"),
        (LineInput("x", quantity=D("NaN")), "/lines/0/quantity"),
        (LineInput("x", discount_percent=D("100.01")), "/lines/0/discount_percent"),
        (LineInput("x", own_rate=D("20")), "/lines/0/vat_rate"),
        (LineInput("x", role="gift"), "/lines/0/role"),
        (LineInput("x", unit_price=D(10) ** 10, quantity=D(10) ** 10), "/lines"),
    ],
)
def test_an_impossible_line_is_refused_and_nothing_is_kept(
    scope: Company, dupont: Party, alice: User, line: LineInput, pointer: str
) -> None:
    with pytest.raises(Refused) as refusal:
        drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[line])
    assert refusal.value.pointer == pointer
    assert Document.objects.count() == 0
    assert Event.objects.count() == 0


def test_objects_of_another_company_are_refused(
    scope: Company, alice: User, other_company: Company, dupont: Party
) -> None:
    with company_scope(other_company.pk):
        foreign = Product.objects.create(company=other_company, number="X", name="x")
    with pytest.raises(ForeignCompany):
        drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput(product=foreign)])
    assert Document.objects.count() == 0


def test_an_archived_customer_gets_no_draft(scope: Company, dupont: Party, alice: User) -> None:
    Party.objects.filter(pk=dupont.pk).update(is_archived=True)
    dupont.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput("x")])
    assert refusal.value.code == "archived"


def test_an_issued_document_cannot_be_deleted(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput("x", unit_price=D(1))])
    issued = issuing.issue(draft, by=alice)
    with pytest.raises(Conflict):
        drafting.delete(issued, by=alice)
    with pytest.raises(Conflict):
        drafting.update(issued, by=alice, note="later")
    assert Document.objects.get(pk=issued.pk).note == ""


def test_a_person_who_sets_the_regime_answers_the_warning(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=None, lines=[LineInput("x")])
    warnings.add(draft, "check_vat_regime")
    warnings.add(draft, "customer_differs", pointer="/work_order/customer", fields={})
    drafting.update(draft, by=alice, vat_regime="standard", note="n")
    assert draft.warnings.count() == 2
    drafting.update(draft, by=alice, vat_regime="renovation")
    assert [warning.code for warning in draft.warnings.all()] == ["customer_differs"]


def test_a_warning_is_waved_away_but_not_a_missing_price(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=None, lines=[LineInput("x")])
    warnings.dismiss(warnings.add(draft, "check_vat_regime"), by=alice)
    assert Event.objects.get(action="documents.warning.dismissed").data == {"code": "check_vat_regime"}
    with pytest.raises(Refused):
        warnings.dismiss(warnings.add(draft, "missing_price", line=draft.lines.get()), by=alice)
    assert [warning.code for warning in draft.warnings.all()] == ["missing_price"]
