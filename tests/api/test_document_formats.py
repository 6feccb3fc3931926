"""PDF, UBL and HTML of invoices and credit notes over the API."""

import base64
import hashlib
import re
from typing import Any

import pytest

from core import files
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document, File
from documents.services import printing
from tests.api.conftest import ApiClient, pointers, problem
from tests.documents.ubl_rules import approved
from users.models import Company

EMBEDDED = "cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"


@pytest.fixture
def draft(api: ApiClient, dupont: Party) -> dict[str, Any]:
    body = {
        "customer": str(dupont.pk),
        "language": "nl",
        "note": "<script>alert(1)</script>",
        "lines": [{"description": "Onderhoud", "quantity": "2.5", "unit": "HUR", "unit_price": "65", "vat_rate": "21"}],
    }
    made: dict[str, Any] = api.send("invoices/", body).json()
    return made


@pytest.fixture
def invoice(api: ApiClient, draft: dict[str, Any]) -> dict[str, Any]:
    issued: dict[str, Any] = api.send(f"invoices/{draft['id']}/issue/").json()
    return issued


@pytest.fixture
def credit_note(api: ApiClient, invoice: dict[str, Any]) -> dict[str, Any]:
    made = api.send(f"invoices/{invoice['id']}/credit/").json()
    issued: dict[str, Any] = api.send(f"credit-notes/{made['id']}/issue/").json()
    return issued


def test_an_invoice_answers_its_ubl(api: ApiClient, invoice: dict[str, Any]) -> None:
    answer = api.read(f"invoices/{invoice['id']}/ubl/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    assert answer["Content-Disposition"] == f'attachment; filename="{invoice["number"]}.xml"'
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["Cache-Control"] == "private, no-cache"
    ubl = approved(answer.content)
    assert ubl.value("cbc:ID") == invoice["number"]
    assert ubl.value("cac:LegalMonetaryTotal/cbc:PayableAmount") == invoice["total_gross"] == "196.63"
    assert ubl.values(EMBEDDED) == []


def test_a_credit_note_answers_its_ubl(api: ApiClient, invoice: dict[str, Any], credit_note: dict[str, Any]) -> None:
    ubl = approved(api.read(f"credit-notes/{credit_note['id']}/ubl/").content)
    assert ubl.value("cbc:CreditNoteTypeCode") == "381"
    assert ubl.value("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID") == invoice["number"]


@pytest.mark.parametrize("form", ["pdf", "ubl", "html"])
def test_the_same_bytes_are_not_sent_twice(api: ApiClient, invoice: dict[str, Any], form: str) -> None:
    path = f"invoices/{invoice['id']}/{form}/"
    first = api.read(path)
    assert api.read(path).content == first.content
    again = api.read(path, If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_with_its_pdf_the_ubl_is_another(api: ApiClient, invoice: dict[str, Any]) -> None:
    path = f"invoices/{invoice['id']}/ubl/"
    with_pdf = api.read(f"{path}?embed=pdf", If_None_Match=api.read(path)["ETag"])
    assert with_pdf.status_code == 200


def test_the_pdf_is_embedded_on_demand(api: ApiClient, invoice: dict[str, Any], company: Company) -> None:
    ubl = approved(api.read(f"invoices/{invoice['id']}/ubl/?embed=pdf").content)
    with company_scope(company.pk):
        kept = File.objects.get(document_id=invoice["id"], role="pdf")
    assert base64.b64decode(ubl.value(EMBEDDED)) == files.read(kept.key)


@pytest.mark.parametrize("accept", ["application/xml", "application/json", "*/*"])
def test_a_draft_has_no_ubl_yet(api: ApiClient, draft: dict[str, Any], accept: str) -> None:
    answer = api.read(f"invoices/{draft['id']}/ubl/", Accept=accept, Accept_Language="en")
    assert answer.status_code == 409
    assert pointers(answer) == [("", "draft")]
    assert problem(answer)["detail"] == "A draft has no UBL yet: issue it first."


def test_other_parameters_are_refused(api: ApiClient, invoice: dict[str, Any]) -> None:
    path = f"invoices/{invoice['id']}"
    wrong = api.read(f"{path}/ubl/?embed=annexes")
    assert (wrong.status_code, pointers(wrong)) == (400, [("?embed", "invalid_choice")])
    for address in (f"{path}/ubl/?pdf=1", f"{path}/html/?embed=pdf"):
        unknown = api.read(address)
        assert (unknown.status_code, [code for _, code in pointers(unknown)]) == (400, ["unknown_parameter"])


def test_the_page_says_what_the_paper_says(api: ApiClient, invoice: dict[str, Any]) -> None:
    answer = api.read(f"invoices/{invoice['id']}/html/", Accept="text/html")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer["Content-Disposition"] == "inline"
    text = answer.content.decode()
    for expected in (
        invoice["number"],
        "Factuur",
        "Frigotech SRL",
        "Boulangerie Dupont SRL",
        "Onderhoud",
        "162,50",
        "RPR Bruxelles",
    ):
        assert expected in text
    assert "€ 196,63" in text.replace("\u00a0", " ")


def test_the_page_runs_nothing_and_loads_nothing(api: ApiClient, invoice: dict[str, Any]) -> None:
    answer = api.read(f"invoices/{invoice['id']}/html/")
    text = answer.content.decode()
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; sandbox"
    )
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script" not in text
    assert "url(" not in text
    assert re.findall(r"(?:src|href)=\"(?!data:)", text) == []
    assert " style=" not in text


def test_a_draft_is_shown_as_one(api: ApiClient, draft: dict[str, Any]) -> None:
    answer = api.read(f"invoices/{draft['id']}/html/")
    assert answer.status_code == 200
    assert "ONTWERP" in answer.content.decode()


def test_a_credit_note_has_a_page(api: ApiClient, invoice: dict[str, Any], credit_note: dict[str, Any]) -> None:
    text = api.read(f"credit-notes/{credit_note['id']}/html/").content.decode()
    assert "Creditnota" in text
    assert invoice["number"] in text


@pytest.mark.parametrize("form", ["ubl", "html"])
def test_documents_of_others_are_not_found(
    api: ApiClient, outsider: ApiClient, invoice: dict[str, Any], credit_note: dict[str, Any], form: str
) -> None:
    for path in (f"invoices/{invoice['id']}", f"credit-notes/{credit_note['id']}"):
        assert api.read(f"{path}/{form}/").status_code == 200
        assert outsider.read(f"{path}/{form}/").status_code == 404
    assert api.read(f"credit-notes/{invoice['id']}/{form}/").status_code == 404


def test_asking_for_a_form_writes_nothing(api: ApiClient, invoice: dict[str, Any], company: Company) -> None:
    with company_scope(company.pk):
        before = Document.objects.get(pk=invoice["id"])
        printing.pdf(before)
    for form in ("ubl/", "ubl/?embed=pdf", "html/"):
        assert api.read(f"invoices/{invoice['id']}/{form}").status_code == 200
    with company_scope(company.pk):
        after = Document.objects.get(pk=invoice["id"])
        assert (after.version, after.updated_at) == (before.version, before.updated_at)
        assert File.objects.filter(document=after).count() == 1
