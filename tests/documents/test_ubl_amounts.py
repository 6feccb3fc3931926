"""Prices, discounts and credits as UBL: stored cents, and rules that hold for whatever is sold."""

from datetime import date
from decimal import Decimal

from hypothesis import assume, given, settings, strategies

from core.vat import RATES
from documents.calculation import PricedLine, calculate
from documents.models import Line
from documents.services import structuring
from documents.ubl import write
from documents.ubl.model import ElectronicAddress, UblAddress, UblDocument, UblLine, UblParty, UblVat
from tests.documents.ubl_cases import Issue, credited, issue, line, read
from tests.documents.ubl_rules import approved
from users.models import User

__all__ = ["issue"]

DAY = date(2026, 11, 20)


# ── prices ──


def test_a_discount_is_an_allowance_of_the_line(issue: Issue) -> None:
    ubl = read(issue(line("19.99", quantity="3", discount_percent=Decimal("12.5"))))
    assert ubl.price(0) == ("3", "19.99", "52.47", ["7.50"])
    allowance = "cac:AllowanceCharge/cbc:"
    names = ("ChargeIndicator", "AllowanceChargeReasonCode", "AllowanceChargeReason", "MultiplierFactorNumeric")
    assert [ubl.value(allowance + name, line=0) for name in names] == ["false", "95", "Remise", "12.5"]
    assert ubl.value(f"{allowance}BaseAmount", line=0) == "59.97"
    assert ubl.vat() == [("S", "21", "52.47", "11.02", "", "")]


def test_a_line_given_away_is_discounted_in_full(issue: Issue) -> None:
    ubl = read(issue(line(), line("40", discount_percent=Decimal(100)), language="nl"))
    assert ubl.price(1) == ("1", "40.00", "0.00", ["40.00"])
    assert ubl.value("cac:AllowanceCharge/cbc:AllowanceChargeReason", line=1) == "Korting"


def test_a_deducted_advance_is_a_negative_quantity(issue: Issue) -> None:
    ubl = read(issue(line("500"), line("200", quantity="-1"), line("10", quantity="-2", discount_percent=Decimal(10))))
    assert ubl.price(1) == ("-1", "200.00", "-200.00", [])
    assert ubl.price(2) == ("-2", "10.00", "-18.00", ["-2.00"])
    assert ubl.value("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount") == "282.00"


def test_prices_with_vat_become_prices_without_it(issue: Issue) -> None:
    ubl = read(issue(line("0.99", quantity="10"), prices_include_vat=True))
    assert ubl.price(0) == ("10", "0.81818182", "8.18", [])
    assert ubl.vat() == [("S", "21", "8.18", "1.72", "", "")]
    assert ubl.value("cac:LegalMonetaryTotal/cbc:PayableAmount") == "9.90"


def test_prices_with_vat_and_discounts_close_on_the_stored_cents(issue: Issue) -> None:
    lines = [line("9.99", discount_percent=Decimal(15)) for _ in range(7)]
    invoice = issue(*lines, line("121", rate="6"), prices_include_vat=True)
    ubl = read(invoice)
    nets = [str(row.net) for row in invoice.lines.all()]
    assert nets == ["7.01", "7.01", "7.02", "7.02", "7.02", "7.02", "7.02", "114.15"]
    assert [ubl.price(index)[2] for index in range(8)] == nets
    assert ubl.price(0) == ("1", "8.25619835", "7.01", ["1.25"])
    assert ubl.price(4) == ("1", "8.25619835", "7.02", ["1.24"])
    assert ubl.price(7) == ("1", "114.1509434", "114.15", [])


def test_hours_from_minutes_keep_their_decimals(issue: Issue) -> None:
    ubl = read(issue(line("65.01", quantity="0.83333334", unit="HUR")))
    assert ubl.price(0) == ("0.83333334", "65.01", "54.18", [])


PRICED = strategies.builds(
    PricedLine,
    quantity=strategies.decimals(Decimal("-5"), Decimal(200), places=3),
    unit_price=strategies.decimals(Decimal(0), Decimal(900), places=4),
    discount_percent=strategies.one_of(strategies.just(Decimal(0)), strategies.decimals(0, 100, places=2)),
    category=strategies.just("S"),
    rate=strategies.sampled_from(RATES[:3]),
    closing=strategies.none(),
)


@settings(max_examples=40, deadline=None)  # the first example loads the schema
@given(lines=strategies.lists(PRICED, min_size=1, max_size=12), prices_include_vat=strategies.booleans())
def test_whatever_is_sold_the_rules_hold(lines: list[PricedLine], prices_include_vat: bool) -> None:
    totals = calculate(lines, prices_include_vat=prices_include_vat)
    assume(totals.gross >= 0)
    prices = [
        structuring.price_without_vat(one.unit_price, one.rate) if prices_include_vat else one.unit_price
        for one in lines
    ]
    here = UblAddress(country="BE")
    address = ElectronicAddress(scheme="0208", value="0403019261")
    party = UblParty(name="Frigotech SRL", address=here, electronic_address=address, vat_number="BE0403019261")
    document = UblDocument(
        type_code="380",
        number="2026-0001",
        issue_date=DAY,
        due_date=DAY,
        language="fr",
        currency="EUR",
        buyer_reference="PO-7",
        seller=party,
        buyer=party,
        lines=tuple(
            UblLine(
                name="Entretien",
                quantity=one.quantity,
                unit="C62",
                unit_price=structuring.price_without_vat(one.unit_price, one.rate)
                if prices_include_vat
                else one.unit_price,
                discount_percent=one.discount_percent,
                net=net,
                category=one.category,
                rate=one.rate,
            )
            for one, price, net in zip(lines, prices, totals.nets, strict=True)
        ),
        vat_lines=tuple(
            UblVat(category=group.category, rate=group.rate, base=group.base, amount=group.vat)
            for group in totals.groups
        ),
        total_net=totals.net,
        total_vat=totals.vat,
        total_gross=totals.gross,
    )
    approved(write(document))


# ── credit notes ──


def test_a_credit_note_names_the_invoice_and_asks_for_no_payment(issue: Issue, alice: User) -> None:
    invoice = issue(line("19.99", quantity="3", discount_percent=Decimal("12.5")), reference="PO-7")
    ubl = read(note := credited(invoice, alice))
    expected = {
        "cbc:ID": note.number,
        "cbc:CreditNoteTypeCode": "381",
        "cbc:Note": "TVA à reverser à l'État dans la mesure où elle a été initialement déduite.",
        "cbc:BuyerReference": "PO-7",
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID": invoice.number,
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate": str(invoice.issue_date),
        "cac:PaymentTerms/cbc:Note": "En votre faveur",
        "cac:LegalMonetaryTotal/cbc:PayableAmount": str(invoice.total_gross),
    }
    assert {path: ubl.value(path) for path in expected} == expected
    assert ubl.price(0) == ("3", "19.99", "52.47", ["7.50"])
    assert ubl.values("cbc:DueDate") == []
    assert ubl.values("cac:PaymentMeans/cbc:PaymentMeansCode") == []


def test_partial_credits_close_the_invoice_to_the_cent(issue: Issue, alice: User) -> None:
    invoice = issue(line("33.335", quantity="3"), line("10", rate="6"))
    first = read(credited(invoice, alice, {0: "1"}))
    assert first.price(0) == ("1", "33.335", "33.34", [])
    assert first.vat() == [("S", "21", "33.34", "7.00", "", "")]
    second = read(credited(invoice, alice, {0: "1"}))
    rest = read(credited(invoice, alice))
    assert rest.price(0) == ("1", "33.335", "33.33", [])
    totals = [Decimal(one.value("cac:LegalMonetaryTotal/cbc:PayableAmount")) for one in (first, second, rest)]
    assert sum(totals) == invoice.total_gross


def test_cents_that_earlier_credits_rounded_away_are_shown_as_rounding(issue: Issue, alice: User) -> None:
    invoice = issue(line("0.005", quantity="10"), line("10", quantity="10", discount_percent=Decimal("0.05")))
    for _ in range(4):
        read(credited(invoice, alice, {0: "1", 1: "1"}))
    ubl = read(credited(invoice, alice))
    assert ubl.price(0) == ("6", "0.005", "0.01", ["0.02"])
    assert ubl.value("cac:AllowanceCharge/cbc:ChargeIndicator", line=0) == "false"
    assert ubl.value("cac:AllowanceCharge/cbc:AllowanceChargeReason", line=0) == "Arrondi"
    assert ubl.price(1)[2] == str(Decimal("99.95") - 4 * Decimal("10.00"))


def test_rounding_in_the_other_direction_is_a_charge(issue: Issue, alice: User) -> None:
    invoice = issue(line("1.004", quantity="10"))
    for _ in range(9):
        read(credited(invoice, alice, {0: "1"}))
    ubl = read(credited(invoice, alice))
    assert ubl.price(0) == ("1", "1.004", "1.04", ["0.04"])
    assert ubl.value("cac:AllowanceCharge/cbc:ChargeIndicator", line=0) == "true"


def test_a_credit_of_an_untaxed_invoice_keeps_reason_and_remark_apart(issue: Issue, alice: User) -> None:
    invoice = issue(line(), vat_regime="intra_community_services", language="en")
    ubl = read(credited(invoice, alice))
    reason = "Reverse charge, article 196 of directive 2006/112/EC."
    assert ubl.vat() == [("AE", "0", "100.00", "0.00", "VATEX-EU-AE", reason)]
    assert ubl.value("cbc:Note") == "VAT to be paid back to the State to the extent that it was deducted originally."


def test_what_is_written_is_what_was_stored_and_never_computed_again(issue: Issue) -> None:
    invoice = issue(line("19.99", quantity="3"))
    model = structuring.ubl_model(invoice)
    stored = Line.objects.get(document=invoice)
    assert (model.lines[0].net, model.total_net, model.total_vat, model.total_gross) == (
        stored.net,
        invoice.total_net,
        invoice.total_vat,
        invoice.total_gross,
    )
    assert write(model) == structuring.xml(invoice).content
