"""Issued documents as Peppol BIS Billing 3.0: exact values, and no complaint of schema or rules."""

import base64
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.test import Client

from core import files
from core.errors import Conflict
from core.vat import RATES
from customers.models import Party
from documents.models import Document
from documents.services import drafting, printing, structuring
from documents.services.drafting import LineInput
from documents.ubl import electronic_addresses, write
from documents.ubl.model import ElectronicAddress
from tests.documents.ubl_cases import Issue, issue, line, read
from tests.documents.ubl_rules import BUYER_ADDRESS, approved
from users.models import Company, User

__all__ = ["issue"]

DAY = date(2026, 11, 20)
SITE = {
    "name": "Atelier",
    "street": "Quai des Usines",
    "street_number": "4",
    "box": "3",
    "postal_code": "1000",
    "city": "Bruxelles",
    "country": "BE",
}


# ── the whole document ──


def test_an_invoice_says_everything_that_the_paper_says(issue: Issue) -> None:
    invoice = issue(
        line("65", quantity="2.5", unit="HUR", detail="Unité extérieure"),
        line("24.9", quantity="2", description="Filtre G4\n592 x 592"),
        reference="PO 4500017",
        attention="Mme Claes",
        delivery_date=DAY,
        site=SITE,
        note="Prochain entretien : novembre 2027.",
        terms="Intérêts de retard : 10 % l'an.",
        internal_note="Client se plaint du prix",
    )
    ubl = read(invoice)
    assert ubl.content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<Invoice xmlns=")
    message = invoice.structured_message
    expected = {
        "cbc:CustomizationID": "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
        "cbc:ProfileID": "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "cbc:ID": invoice.number,
        "cbc:IssueDate": str(invoice.issue_date),
        "cbc:DueDate": str(invoice.due_date),
        "cbc:InvoiceTypeCode": "380",
        "cbc:Note": "Prochain entretien : novembre 2027.",
        "cbc:DocumentCurrencyCode": "EUR",
        "cbc:BuyerReference": "PO 4500017",
        "cac:OrderReference/cbc:ID": "PO 4500017",
        "cac:Delivery/cbc:ActualDeliveryDate": "2026-11-20",
        "cac:Delivery/cac:DeliveryLocation/cac:Address/cbc:StreetName": "Quai des Usines 4 bte 3",
        "cac:Delivery/cac:DeliveryLocation/cac:Address/cbc:PostalZone": "1000",
        "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode": "BE",
        "cac:Delivery/cac:DeliveryParty/cac:PartyName/cbc:Name": "Atelier",
        "cac:PaymentMeans/cbc:PaymentMeansCode": "30",
        "cac:PaymentMeans/cbc:PaymentID": f"+++{message[:3]}/{message[3:7]}/{message[7:]}+++",
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID": "BE68539007547034",
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name": "Frigotech SRL",
        "cac:PaymentTerms/cbc:Note": "Intérêts de retard : 10 % l'an.",
        "cac:TaxTotal/cbc:TaxAmount": "44.58",
        "cac:LegalMonetaryTotal/cbc:LineExtensionAmount": "212.30",
        "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount": "212.30",
        "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount": "256.88",
        "cac:LegalMonetaryTotal/cbc:PayableAmount": "256.88",
    }
    assert {path: ubl.value(path) for path in expected} == expected
    assert ubl.vat() == [("S", "21", "212.30", "44.58", "", "")]
    assert [ubl.price(0), ubl.price(1)] == [("2.5", "65.00", "162.50", []), ("2", "24.90", "49.80", [])]
    assert ubl.attributes("cbc:InvoicedQuantity", line=0) == {"unitCode": "HUR"}
    assert [ubl.value("cac:Item/cbc:Name", line=index) for index in (0, 1)] == ["Entretien", "Filtre G4"]
    assert [ubl.value("cac:Item/cbc:Description", line=index) for index in (0, 1)] == ["Unité extérieure", "592 x 592"]
    assert "plaint" not in ubl.content.decode()
    assert b"Allowance" not in ubl.content


def test_both_parties_are_named_and_reached_by_enterprise_number(issue: Issue, scope: Company) -> None:
    Company.objects.filter(pk=scope.pk).update(bic="GKCCBEBB")
    scope.refresh_from_db()
    ubl = read(issue(line(), attention="Mme Claes"))
    seller = "cac:AccountingSupplierParty/cac:Party"
    buyer = "cac:AccountingCustomerParty/cac:Party"
    expected = {
        f"{seller}/cbc:EndpointID": "0123456749",
        f"{seller}/cac:PartyName/cbc:Name": "Frigotech SRL",
        f"{seller}/cac:PostalAddress/cbc:StreetName": "Rue de l'Industrie 18",
        f"{seller}/cac:PostalAddress/cbc:CityName": "Bruxelles",
        f"{seller}/cac:PostalAddress/cbc:PostalZone": "1070",
        f"{seller}/cac:PostalAddress/cac:Country/cbc:IdentificationCode": "BE",
        f"{seller}/cac:PartyTaxScheme/cbc:CompanyID": "BE0123456749",
        f"{seller}/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID": "VAT",
        f"{seller}/cac:PartyLegalEntity/cbc:RegistrationName": "Frigotech SRL",
        f"{seller}/cac:PartyLegalEntity/cbc:CompanyID": "0123456749",
        f"{seller}/cac:PartyLegalEntity/cbc:CompanyLegalForm": "RPM Bruxelles",
        f"{seller}/cac:Contact/cbc:Telephone": "+32 2 555 01 42",
        f"{seller}/cac:Contact/cbc:ElectronicMail": "facturation@frigotech.example",
        f"{buyer}/cbc:EndpointID": "0403019261",
        f"{buyer}/cac:PostalAddress/cbc:StreetName": "Rue du Four 12",
        f"{buyer}/cac:PartyTaxScheme/cbc:CompanyID": "BE0403019261",
        f"{buyer}/cac:PartyLegalEntity/cbc:RegistrationName": "Boulangerie Dupont SRL",
        f"{buyer}/cac:PartyLegalEntity/cbc:CompanyID": "0403019261",
        f"{buyer}/cac:Contact/cbc:Name": "Mme Claes",
        f"{buyer}/cac:Contact/cbc:ElectronicMail": "compta@dupont.example",
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID": "GKCCBEBB",
    }
    assert {path: ubl.value(path) for path in expected} == expected
    assert ubl.attributes(f"{seller}/cbc:EndpointID") == {"schemeID": "0208"}
    assert ubl.attributes(f"{buyer}/cbc:EndpointID") == {"schemeID": "0208"}
    assert ubl.attributes(f"{buyer}/cac:PartyLegalEntity/cbc:CompanyID") == {"schemeID": "0208"}
    assert ubl.value("cbc:BuyerReference") == "Mme Claes"
    assert ubl.values("cac:OrderReference/cbc:ID") == []
    assert ubl.values("cac:Delivery/cbc:ActualDeliveryDate") == []


def test_a_draft_has_no_ubl(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[line()])
    with pytest.raises(Conflict) as refused:
        structuring.xml(draft)
    assert (refused.value.status, refused.value.code) == (409, "draft")


def test_the_same_document_gives_the_same_bytes_whatever_changes_around_it(
    issue: Issue, scope: Company, dupont: Party
) -> None:
    invoice = issue(line(), reference="PO-7")
    first = structuring.xml(invoice)
    Company.objects.filter(pk=scope.pk).update(name="Renamed BV", iban="BE71096123456769")
    Party.objects.filter(pk=dupont.pk).update(name="Autre", street="Ailleurs")
    again = structuring.xml(Document.objects.get(pk=invoice.pk))
    assert again == first
    assert first.filename == f"{invoice.number}.xml"


def test_the_pdf_travels_inside_when_asked(issue: Issue) -> None:
    invoice = issue(line())
    ubl = read(invoice, with_pdf=True)
    kept = printing.pdf(invoice)
    embedded = "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    assert base64.b64decode(ubl.value(embedded)) == files.read(kept.key)
    assert ubl.attributes(embedded) == {"mimeCode": "application/pdf", "filename": f"{invoice.number}.pdf"}
    assert ubl.value("cac:AdditionalDocumentReference/cbc:ID") == f"{invoice.number}.pdf"
    assert ubl.value("cac:AdditionalDocumentReference/cbc:DocumentDescription") == "Facture"
    assert read(invoice).values("cac:AdditionalDocumentReference/cbc:ID") == []


def test_texts_and_sections_become_notes_of_the_line_below(issue: Issue) -> None:
    ubl = read(
        issue(
            LineInput("Bon de travail 26-118", role="text", detail="Fuite au raccord\nremplacé"),
            LineInput("Fournitures", role="section"),
            line(description="Raccord"),
            line(description="Main-d'œuvre"),
            LineInput("Merci de votre confiance", role="text"),
        )
    )
    assert [ubl.value("cbc:ID", line=index) for index in (0, 1)] == ["1", "2"]
    assert ubl.value("cbc:Note", line=0) == "Bon de travail 26-118\nFuite au raccord\nremplacé\nFournitures"
    assert ubl.value("cbc:Note", line=1) == "Merci de votre confiance"
    assert len(ubl.lines) == 2


def test_characters_that_xml_cannot_hold_are_left_out(issue: Issue) -> None:
    invoice = issue(line(description="Fil\x0btre <G4> & \x1bjoint", detail="\x07"), note="Première\r\nDeuxième")
    ubl = read(invoice)
    assert ubl.value("cac:Item/cbc:Name", line=0) == "Filtre <G4> & joint"
    assert ubl.values("cac:Item/cbc:Description", line=0) == []
    assert ubl.value("cbc:Note") == "Première\nDeuxième"


def test_a_line_without_words_still_has_a_name(issue: Issue) -> None:
    ubl = read(issue(line(description="", detail="Joint torique"), line(description="")))
    assert [ubl.value("cac:Item/cbc:Name", line=index) for index in (0, 1)] == ["Joint torique", "NA"]
    assert ubl.values("cac:Item/cbc:Description", line=0) == []


def test_nothing_to_pay_asks_for_no_payment(issue: Issue) -> None:
    ubl = read(issue(line("0")))
    assert ubl.value("cac:LegalMonetaryTotal/cbc:PayableAmount") == "0.00"
    assert ubl.values("cac:PaymentMeans/cbc:PaymentMeansCode") == []


# ── regimes ──


REASON_39BIS = "Livraison intracommunautaire exemptée de TVA, article 39bis du Code de la TVA."
REASON_196 = "Autoliquidation, article 196 de la directive 2006/112/CE."
REASON_39 = "Exportation exemptée de TVA, article 39 du Code de la TVA."
REASON_44 = "Exempté de TVA, article 44 du Code de la TVA."
REASON_SMALL = "Régime particulier de franchise des petites entreprises, TVA non applicable."


@pytest.mark.parametrize(
    ("regime", "fields", "category", "code", "reason"),
    [
        ("intra_community_goods", {"delivery_date": DAY}, "K", "VATEX-EU-IC", REASON_39BIS),
        ("intra_community_services", {}, "AE", "VATEX-EU-AE", REASON_196),
        ("export", {}, "G", "VATEX-EU-G", REASON_39),
        ("exempt", {}, "E", "", REASON_44),
        ("small_business", {}, "E", "", REASON_SMALL),
    ],
)
def test_a_regime_without_vat_names_its_reason(
    issue: Issue, regime: str, fields: dict[str, Any], category: str, code: str, reason: str
) -> None:
    ubl = read(issue(line("1250.505"), vat_regime=regime, **fields))
    assert ubl.vat() == [(category, "0", "1250.51", "0.00", code, reason)]
    assert ubl.value("cac:Item/cac:ClassifiedTaxCategory/cbc:ID", line=0) == category
    assert ubl.value("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", line=0) == "0"
    assert ubl.value("cac:LegalMonetaryTotal/cbc:PayableAmount") == "1250.51"
    assert ubl.values("cbc:Note") == []


def test_reverse_charge_carries_the_statutory_clause(issue: Issue) -> None:
    invoice = issue(line(), vat_regime="reverse_charge", language="nl")
    ((category, rate, base, vat, code, reason),) = read(invoice).vat()
    assert (category, rate, base, vat, code) == ("AE", "0", "100.00", "0.00", "VATEX-EU-AE")
    assert reason == invoice.mentions[0]
    assert reason.startswith("Verlegging van heffing. Bij gebrek aan schriftelijke betwisting")


def test_an_english_reverse_charge_explains_and_then_cites(issue: Issue) -> None:
    invoice = issue(line(), vat_regime="reverse_charge", language="en")
    ((*_others, reason),) = read(invoice).vat()
    assert len(invoice.mentions) == 2
    assert reason == "\n".join(invoice.mentions)


def test_outside_the_scope_names_no_vat_number_and_no_rate(issue: Issue) -> None:
    ubl = read(issue(line(), vat_regime="out_of_scope", vat_reason="Indemnité, hors champ de la TVA."))
    assert ubl.vat() == [("O", "", "100.00", "0.00", "VATEX-EU-O", "Indemnité, hors champ de la TVA.")]
    assert ubl.values("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", line=0) == []
    assert ubl.values("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID") == []
    assert ubl.values("cac:AccountingCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID") == []
    assert ubl.value("cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID") == "0123456749"


def test_several_rates_are_groups_of_their_own(issue: Issue) -> None:
    ubl = read(issue(*(line("10.05", rate=str(rate), quantity="3") for rate in RATES)))
    assert ubl.vat() == [
        ("S", "21", "30.15", "6.33", "", ""),
        ("S", "12", "30.15", "3.62", "", ""),
        ("S", "6", "30.15", "1.81", "", ""),
        ("Z", "0", "30.15", "0.00", "", ""),
    ]


def test_renovation_says_its_clause_among_the_notes(issue: Issue) -> None:
    invoice = issue(line(), vat_regime="renovation", note="Merci")
    ubl = read(invoice)
    assert ubl.vat() == [("S", "6", "100.00", "6.00", "", "")]
    assert ubl.value("cbc:Note") == f"Merci\n\n{invoice.mentions[0]}"
    assert "présumé reconnaître" in ubl.value("cbc:Note")


def test_goods_for_another_member_state_name_the_country_they_go_to(issue: Issue, dupont: Party) -> None:
    Party.objects.filter(pk=dupont.pk).update(
        vat_number="NL004495445B01", country="NL", street="Kade", street_number="1", postal_code="1011 AB", city="Breda"
    )
    dupont.refresh_from_db()
    ubl = read(issue(line(), vat_regime="intra_community_goods", delivery_date=DAY))
    buyer = "cac:AccountingCustomerParty/cac:Party"
    assert ubl.value("cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode") == "NL"
    assert ubl.value("cac:Delivery/cac:DeliveryLocation/cac:Address/cbc:StreetName") == "Kade 1"
    assert ubl.value(f"{buyer}/cbc:EndpointID") == "NL004495445B01"
    assert ubl.attributes(f"{buyer}/cbc:EndpointID") == {"schemeID": "9944"}
    assert ubl.values(f"{buyer}/cac:PartyLegalEntity/cbc:CompanyID") == []


# ── buyers ──


def test_a_private_buyer_gets_no_invented_address(issue: Issue, dupont: Party) -> None:
    Party.objects.filter(pk=dupont.pk).update(is_company=False, vat_number="", name="An Maes")
    dupont.refresh_from_db()
    ubl = read(issue(line()), but=(BUYER_ADDRESS,))
    buyer = "cac:AccountingCustomerParty/cac:Party"
    assert ubl.values(f"{buyer}/cbc:EndpointID") == []
    assert ubl.values(f"{buyer}/cac:PartyTaxScheme/cbc:CompanyID") == []
    assert ubl.value(f"{buyer}/cac:PartyLegalEntity/cbc:RegistrationName") == "An Maes"
    assert ubl.value("cbc:BuyerReference") == "C00001"


def test_without_any_reference_it_says_that_there_is_none(issue: Issue, dupont: Party) -> None:
    Party.objects.filter(pk=dupont.pk).update(number="")
    dupont.refresh_from_db()
    assert read(issue(line())).value("cbc:BuyerReference") == "NA"


@pytest.mark.parametrize(
    ("vat_number", "expected"),
    [
        ("BE0403019261", ElectronicAddress(scheme="0208", value="0403019261")),
        ("BE1000000024", ElectronicAddress(scheme="0208", value="1000000024")),
        ("EL094259216", ElectronicAddress(scheme="9933", value="EL094259216")),
        ("SE556188840401", None),
        ("CHE123456788", None),
        ("", None),
    ],
)
def test_addresses_follow_from_the_vat_number(vat_number: str, expected: ElectronicAddress | None) -> None:
    assert electronic_addresses.of(vat_number) == expected


def test_every_scheme_of_a_vat_number_is_one_that_the_network_has(issue: Issue) -> None:
    model = structuring.ubl_model(issue(line()))
    for scheme in sorted(electronic_addresses.VAT_SCHEMES.values()):
        address = ElectronicAddress(scheme=scheme, value="NL004495445B01")
        written = approved(write(replace(model, buyer=replace(model.buyer, electronic_address=address))))
        found = written.attributes("cac:AccountingCustomerParty/cac:Party/cbc:EndpointID")
        assert found == {"schemeID": scheme}


# ── pages ──


def test_the_menu_of_an_issued_document_offers_its_ubl(issue: Issue, as_alice: Client) -> None:
    invoice = issue(line())
    address = f"/documents/{invoice.pk}/ubl/"
    page = as_alice.get(invoice.get_absolute_url()).content.decode()
    assert f'href="{address}"' in page
    assert "UBL (XML)" in page
    answer = as_alice.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    assert answer["Content-Disposition"] == f'attachment; filename="{invoice.number}.xml"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.content == structuring.xml(invoice).content


def test_a_draft_offers_none(scope: Company, dupont: Party, alice: User, as_alice: Client) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[line()])
    assert "UBL (XML)" not in as_alice.get(draft.get_absolute_url()).content.decode()
    assert as_alice.get(f"/documents/{draft.pk}/ubl/").status_code == 404


def test_an_outsider_finds_no_ubl(issue: Issue, as_charlie: Client) -> None:
    assert as_charlie.get(f"/documents/{issue(line()).pk}/ubl/").status_code == 404
