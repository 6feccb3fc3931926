"""Printing an issued document: once, kept with its hash, and silent about what must not leave."""

import hashlib
from datetime import date
from decimal import Decimal

import pypdfium2
import pytest

from core import files
from customers.models import Party
from documents.models import Document, File
from documents.services import crediting, drafting, issuing, printing
from documents.services.drafting import LineInput
from users.models import Company, User


def text_of(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in pages).replace("\u2009", " ")


@pytest.fixture
def draft(scope: Company, dupont: Party, alice: User) -> Document:
    return drafting.create(
        "invoice",
        company=scope,
        party=dupont,
        by=alice,
        reference="PO 4500017",
        intro="Merci de votre confiance.",
        note="Prochain entretien : novembre 2027.",
        internal_note="Client se plaint du prix",
        delivery_date=date(2026, 11, 20),
        site={
            "name": "Atelier",
            "street": "Quai des Usines",
            "street_number": "4",
            "box": "3",
            "postal_code": "1000",
            "city": "Bruxelles",
            "country": "BE",
        },
        lines=[LineInput("Nettoyage", quantity=Decimal("2.5"), unit="HUR", unit_price=Decimal(65))],
    )


def test_the_pdf_says_what_the_law_wants_and_not_what_is_internal(draft: Document, alice: User) -> None:
    issued = issuing.issue(draft, by=alice)
    text = text_of(files.read(printing.pdf(issued).key))
    for expected in (
        issued.number,
        "Merci de votre confiance.",
        "Frigotech SRL",
        "BE 0123.456.749",
        "RPM Bruxelles",
        "Boulangerie Dupont SRL",
        "BE 0403.019.261",
        "PO 4500017",
        "20 novembre 2026",
        "Quai des Usines 4 bte 3",
        "2:30",
        "162,50",
        "34,13",
        "196,63",
        "BE68 5390 0754 7034",
        "Prochain entretien",
    ):
        assert expected in text
    assert "plaint" not in text


def test_it_is_printed_once_and_kept_with_its_hash(draft: Document, alice: User) -> None:
    issued = issuing.issue(draft, by=alice)
    first = printing.pdf(issued)
    second = printing.pdf(issued)
    assert first.pk == second.pk
    assert File.objects.filter(document=issued, role="pdf").count() == 1
    content = files.read(first.key)
    assert (first.sha256, first.size) == (hashlib.sha256(content).hexdigest(), len(content))


def test_later_changes_of_the_company_do_not_reach_the_paper(draft: Document, alice: User, scope: Company) -> None:
    issued = issuing.issue(draft, by=alice)
    Company.objects.filter(pk=scope.pk).update(name="Renamed BV", iban="BE71096123456769")
    text = text_of(files.read(printing.pdf(Document.objects.get(pk=issued.pk)).key))
    assert "Renamed" not in text
    assert "BE68 5390 0754 7034" in text


def test_a_preview_is_marked_and_has_no_number_and_is_not_kept(draft: Document) -> None:
    text = text_of(printing.preview(draft))
    assert "PROJET" in text
    assert "BE68 5390 0754 7034 BIC" not in text
    assert not File.objects.filter(document=draft).exists()


def test_a_dutch_invoice_with_prices_including_vat(scope: Company, alice: User, dupont: Party) -> None:
    lines = [LineInput("Filter", quantity=Decimal(10), unit_price=Decimal("0.99"))]
    draft = drafting.create(
        "invoice", company=scope, party=dupont, by=alice, language="nl", prices_include_vat=True, lines=lines
    )
    text = text_of(files.read(printing.pdf(issuing.issue(draft, by=alice)).key))
    assert "Factuur" in text
    assert "€ 9,90" in text
    assert "8,18" in text
    assert "0,8182" in text  # the unit price without VAT


def test_a_credit_note_names_the_invoice_it_corrects(draft: Document, alice: User) -> None:
    issued = issuing.issue(draft, by=alice)
    note = issuing.issue(crediting.credit(issued, by=alice), by=alice)
    text = text_of(files.read(printing.pdf(note).key))
    assert "Note de crédit" in text
    assert issued.number in text
    assert "TVA à reverser à l'État" in text
    assert "BE68 5390 0754 7034 Bénéficiaire" not in text


def test_the_dutch_and_english_words_of_an_address(scope: Company, alice: User, dupont: Party) -> None:
    Party.objects.filter(pk=dupont.pk).update(box="2", country="NL")
    dupont.refresh_from_db()
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, language="nl", lines=[LineInput("x")])
    text = text_of(printing.preview(draft))
    assert "Rue du Four 12 bus 2" in text
    assert "Nederland" in text
