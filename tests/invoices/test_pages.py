"""The pages of documents: list, detail, issue, credit, paper, annexes, numbering; and nothing of it for an outsider."""

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Party
from documents import warnings
from documents.models import Document, File, Link, Series
from documents.services import annexing, crediting, drafting, issuing, printing
from documents.services.drafting import LineInput
from products.models import Product
from sending.models import Message
from users.models import Company, User

SECRET = "mauvais payeur"
PDF = b"%PDF-1.4 a report"


@pytest.fixture
def draft(scope: Company, dupont: Party, alice: User, products: dict[str, Product]) -> Document:
    return drafting.create(
        "invoice",
        company=scope,
        party=dupont,
        by=alice,
        reference="BC-2291",
        internal_note=SECRET,
        lines=[
            LineInput(product=products["P0001"], quantity=Decimal(2)),
            LineInput(product=products["P0007"], quantity=Decimal("0.85")),
        ],
    )


@pytest.fixture
def issued(draft: Document, alice: User) -> Document:
    return issuing.issue(draft, by=alice)


def text_of(response: HttpResponse) -> str:
    """The words of a page, on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def words_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


def test_the_list_shows_number_customer_state_and_amount(as_alice: Client, issued: Document) -> None:
    words = text_of(as_alice.get("/invoices/"))
    assert f"{issued.number} Boulangerie Dupont SRL BC-2291" in words
    assert "125,45 € 151,79 €" in words


def test_the_list_is_filtered_by_state_text_customer_and_period(
    as_alice: Client, scope: Company, dupont: Party, alice: User
) -> None:
    other = Party.objects.create(company=scope, number="C00002", name="Hôtel Astrid", name_key="hotel astrid")
    with time_machine.travel("2026-01-10 10:00+01:00"):
        old = drafting.create(
            "invoice", company=scope, party=dupont, by=alice, lines=[LineInput("a", unit_price=Decimal(1))]
        )
        issuing.issue(old, by=alice)
    with time_machine.travel("2026-11-24 10:00+01:00"):
        new = drafting.create(
            "invoice", company=scope, party=other, by=alice, lines=[LineInput("b", unit_price=Decimal(2))]
        )
        as_alice.force_login(alice)
        shown = {
            query: [document.pk for document in as_alice.get(f"/invoices/?{query}").context["page_obj"]]
            for query in (
                "", "state=draft", "state=issued", "state=overdue", "q=astrid", "q=2026-0001", "period=month",
                "period=year", "period=last_year", "period=last_quarter", f"customer={dupont.pk}", "state=nonsense",
            )
        }  # fmt: skip
    assert shown == {
        "": [new.pk, old.pk],
        "state=draft": [new.pk],
        "state=issued": [old.pk],
        "state=overdue": [old.pk],
        "q=astrid": [new.pk],
        "q=2026-0001": [old.pk],
        "period=month": [new.pk],
        "period=year": [new.pk, old.pk],
        "period=last_year": [],
        "period=last_quarter": [],
        f"customer={dupont.pk}": [old.pk],
        "state=nonsense": [new.pk, old.pk],
    }


def test_an_invoice_credited_in_full_is_credited_and_never_late(
    as_alice: Client, issued: Document, alice: User
) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        as_alice.force_login(alice)
        assert [row.shown_state for row in as_alice.get("/invoices/").context["page_obj"]] == ["late"]
        issuing.issue(crediting.credit(issued, by=alice), by=alice)
        assert [row.shown_state for row in as_alice.get("/invoices/").context["page_obj"]] == ["credited"]
        assert list(as_alice.get("/invoices/?state=overdue").context["page_obj"]) == []


def test_the_queries_of_the_list_do_not_grow_with_its_rows(
    as_alice: Client, scope: Company, dupont: Party, alice: User, django_assert_num_queries: Any
) -> None:
    for _number in range(12):
        drafting.create("invoice", company=scope, party=dupont, by=alice, lines=[LineInput("x", unit_price=Decimal(1))])
    with django_assert_num_queries(7):
        as_alice.get("/invoices/")


def test_the_page_of_a_draft_shows_totals_and_warnings(as_alice: Client, draft: Document) -> None:
    line = draft.lines.last()
    warnings.add(draft, "unknown_material", line=line, name="Vanne")
    words = text_of(as_alice.get(f"/invoices/{draft.pk}/"))
    assert "Filtre G4 592x592 2 " in words
    assert "151,79 €" in words
    assert "Vanne" in words
    assert SECRET in words


def test_a_draft_is_deleted_and_an_issued_invoice_is_not(as_alice: Client, draft: Document, alice: User) -> None:
    assert as_alice.post(f"/invoices/{draft.pk}/delete/").headers["Location"] == "/invoices/"
    assert Document.objects.count() == 0


def test_an_issued_invoice_cannot_be_deleted(as_alice: Client, issued: Document) -> None:
    assert as_alice.post(f"/invoices/{issued.pk}/delete/").status_code == 404
    assert Document.objects.count() == 1


def test_the_internal_note_is_kept_after_issue_and_stands_in_no_paper(as_alice: Client, draft: Document) -> None:
    preview = as_alice.get(f"/documents/{draft.pk}/preview/")
    assert "Boulangerie Dupont" in words_of(preview.content)
    assert SECRET not in words_of(preview.content)
    issuing.issue(draft, by=None)
    as_alice.post(f"/invoices/{draft.pk}/note/", {"internal_note": f"{SECRET}, vu en mai"})
    draft.refresh_from_db()
    assert draft.internal_note == f"{SECRET}, vu en mai"
    paper = as_alice.get(f"/documents/{draft.pk}/pdf/")
    assert draft.number in words_of(paper.content)
    assert SECRET not in words_of(paper.content)


def test_the_pdf_is_made_on_demand_once_and_opens_only_as_itself(as_alice: Client, issued: Document) -> None:
    first = as_alice.get(f"/documents/{issued.pk}/pdf/")
    again = as_alice.get(f"/documents/{issued.pk}/pdf/?download")
    assert first.content == again.content
    assert File.objects.filter(role="pdf").count() == 1
    assert first.headers["Content-Type"] == "application/pdf"
    assert first.headers["Content-Disposition"] == f'inline; filename="{issued.number}.pdf"'
    assert again.headers["Content-Disposition"] == f'attachment; filename="{issued.number}.pdf"'
    assert first.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert first.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert as_alice.get(f"/documents/{issued.pk}/preview/").url == f"/documents/{issued.pk}/pdf/"


def test_annexes_are_added_ticked_downloaded_and_removed(as_alice: Client, issued: Document) -> None:
    files = [
        SimpleUploadedFile("../Certificat d'étanchéité.pdf", PDF),
        SimpleUploadedFile("page.html", b"<script>alert(1)</script>"),
    ]
    response = as_alice.post(f"/documents/{issued.pk}/annexes/", {"uploads": files})
    assert response.headers["Location"] == f"/invoices/{issued.pk}/?tab=annexes"
    annex = File.objects.get(role="attachment")
    assert (annex.filename, annex.send_along) == ("Certificat d'étanchéité.pdf", True)
    as_alice.post(f"/files/{annex.pk}/send-along/", {"send_along": "no"})
    annex.refresh_from_db()
    assert annex.send_along is False
    download = as_alice.get(f"/files/{annex.pk}/")
    assert download.content == PDF
    assert download.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Certificat")
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert download.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    as_alice.post(f"/files/{annex.pk}/remove/")
    assert File.objects.count() == 0


def test_a_script_is_told_which_file_was_refused_and_why(as_alice: Client, issued: Document, alice: User) -> None:
    User.objects.update(language="en")
    address = f"/documents/{issued.pk}/annexes/"

    def answer(*files: SimpleUploadedFile) -> tuple[int, list[str]]:
        response = as_alice.post(address, {"uploads": files}, headers={"accept": "application/json"})
        return response.status_code, response.json()["problems"]

    assert answer(SimpleUploadedFile("a.pdf", PDF)) == (201, [])
    assert answer(SimpleUploadedFile("b.html", b"<p>"), SimpleUploadedFile("c.pdf", PDF)) == (
        422,
        ["b.html: Only PDF, PNG and JPEG files can be annexed."],
    )
    assert answer(SimpleUploadedFile("d.pdf", b"")) == (422, ["d.pdf: This file is empty."])
    assert answer() == (422, ["This field is required."])
    assert [file.filename for file in issued.files.filter(role="attachment")] == ["a.pdf", "c.pdf"]


@pytest.mark.parametrize(
    ("typed", "kept"), [("Rapport.pdf", "Rapport.pdf"), ("Rapport", "Rapport.pdf"), ("../x/Rapport.PDF", "Rapport.PDF")]
)
def test_an_annex_gets_another_name_and_keeps_its_ending(
    as_alice: Client, issued: Document, alice: User, typed: str, kept: str
) -> None:
    annex = annexing.add(issued, content=PDF, filename="a.pdf", by=alice)
    address = f"/files/{annex.pk}/rename/"
    assert f'href="{address}" data-dialog="' in as_alice.get(f"/invoices/{issued.pk}/?tab=annexes").content.decode()
    assert as_alice.get(address).context["form"]["filename"].value() == "a.pdf"
    response = as_alice.post(address, {"filename": typed})
    assert response.headers["Location"] == f"/invoices/{issued.pk}/?tab=annexes"
    annex.refresh_from_db()
    assert annex.filename == kept


def test_an_annex_without_a_name_is_refused_at_the_field(as_alice: Client, issued: Document, alice: User) -> None:
    annex = annexing.add(issued, content=PDF, filename="a.pdf", by=alice)
    page = as_alice.post(f"/files/{annex.pk}/rename/", {"filename": "  "})
    assert page.status_code == 422
    assert 'id="id_filename_error"' in page.content.decode()
    annex.refresh_from_db()
    assert annex.filename == "a.pdf"


def test_the_printed_document_is_not_renamed(as_alice: Client, issued: Document) -> None:
    paper = printing.pdf(issued)
    assert as_alice.post(f"/files/{paper.pk}/rename/", {"filename": "x"}).status_code == 404


def test_only_ticked_annexes_are_proposed_for_the_mail(as_alice: Client, issued: Document, alice: User) -> None:
    goes = annexing.add(issued, content=PDF, filename="a.pdf", by=alice)
    stays = annexing.add(issued, content=PDF + b"2", filename="b.pdf", by=alice)
    as_alice.post(f"/files/{stays.pk}/send-along/", {"send_along": "no"})
    form = as_alice.get(f"/documents/{issued.pk}/send/").context["form"]
    assert form["file_ids"].value() == [goes.pk]


def test_chosen_quantities_become_a_draft_credit_note(as_alice: Client, issued: Document) -> None:
    first, second = issued.lines.all()
    page = as_alice.get(f"/invoices/{issued.pk}/credit/").content.decode()
    assert f'name="{first.pk}" value="2"' in page
    assert f'name="{second.pk}" value="0,85"' in page
    response = as_alice.post(f"/invoices/{issued.pk}/credit/", {str(first.pk): "1", str(second.pk): ""})
    credit = Document.objects.get(kind="credit_note")
    assert response.headers["Location"] == f"/credit-notes/{credit.pk}/"
    assert (credit.total_net, credit.total_vat, credit.total_gross) == (
        Decimal("24.90"),
        Decimal("5.23"),
        Decimal("30.13"),
    )
    assert issued.number in text_of(as_alice.get(f"/credit-notes/{credit.pk}/"))


def test_more_than_remains_is_an_error_beside_its_line(as_alice: Client, issued: Document) -> None:
    first, second = issued.lines.all()
    response = as_alice.post(f"/invoices/{issued.pk}/credit/", {str(first.pk): "1", str(second.pk): "0,86"})
    assert response.status_code == 422
    assert f'id="id_{second.pk}_error"' in response.content.decode()
    assert Document.objects.filter(kind="credit_note").count() == 0
    assert Link.objects.count() == 0


def test_all_that_remains_is_credited_with_one_button(as_alice: Client, issued: Document) -> None:
    as_alice.post(f"/invoices/{issued.pk}/credit/", {"all": "yes"})
    credit = Document.objects.get(kind="credit_note")
    assert credit.total_gross == Decimal("151.79")
    page = as_alice.get(f"/credit-notes/{credit.pk}/issue/")
    data = {"seen": page.context["outlook"].digest, "issue_date": timezone.localdate().isoformat()}
    as_alice.post(f"/credit-notes/{credit.pk}/issue/", data)
    credit.refresh_from_db()
    assert credit.number == f"CN{timezone.localdate().year}-0001"
    assert as_alice.get(f"/invoices/{issued.pk}/credit/").context["rows"] == []


def test_a_draft_credit_note_changes_its_quantities_alone(as_alice: Client, issued: Document, alice: User) -> None:
    credit = crediting.credit(issued, by=alice)
    first, second = credit.lines.all()
    data = {
        "version": credit.version, "language": "fr", "note": "geste", "internal_note": "",
        "vat_regime": "exempt", "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0",
        "lines-0-id": str(first.pk), "lines-0-role": "item", "lines-0-description": "Filtre", "lines-0-quantity": "1",
        "lines-0-unit_price": "9999", "lines-0-position": "0",
    }  # fmt: skip
    assert as_alice.post(f"/credit-notes/{credit.pk}/edit/", data).status_code == 302
    credit.refresh_from_db()
    assert (credit.note, credit.vat_regime, credit.total_gross) == ("geste", "standard", Decimal("30.13"))
    assert second.pk not in {line.pk for line in credit.lines.all()}


def test_the_timeline_tells_in_sentences_who_did_what(as_alice: Client, issued: Document) -> None:
    words = text_of(as_alice.get(f"/invoices/{issued.pk}/"))
    assert re.search(rf"{issued.number}\s+Alice Martin", words)
    assert "invoices.invoice" not in words


def test_the_owner_chooses_format_and_first_number_once(as_alice: Client, scope: Company) -> None:
    preview = as_alice.get("/settings/numbering/invoice/preview/?format=F%25y-(5)&first_number=116")
    year = timezone.localdate().year % 100
    assert f"F{year}-00116" in text_of(preview)
    response = as_alice.post("/settings/numbering/invoice/", {"format": "F%y-(5)", "first_number": "116"})
    assert response.headers["Location"] == "/settings/numbering/"
    assert f"F{year}-00116" in text_of(as_alice.get("/settings/numbering/"))
    again = as_alice.post("/settings/numbering/invoice/", {"format": "F%y-(5)", "first_number": "200"})
    assert again.status_code == 422
    assert Series.objects.get(family="invoice").next_number == 116


@pytest.mark.parametrize("text", ["2026", "(4)(4)", "%X-(4)", "(0)"])
def test_a_format_that_cannot_number_is_refused(as_alice: Client, text: str) -> None:
    assert as_alice.post("/settings/numbering/invoice/", {"format": text}).status_code == 422
    assert (
        'class="note note-warn"'
        in as_alice.get("/settings/numbering/invoice/preview/", {"format": text}).content.decode()
    )


def test_an_employee_does_not_number(as_bob: Client) -> None:
    assert as_bob.get("/settings/numbering/").status_code == 403
    assert as_bob.post("/settings/numbering/invoice/", {"format": "(4)"}).status_code == 403


def test_the_customers_page_lists_their_documents(as_alice: Client, issued: Document, dupont: Party) -> None:
    assert issued.number in text_of(as_alice.get(f"/customers/{dupont.pk}/?tab=documents"))


def test_an_outsider_reaches_nothing(
    as_charlie: Client, as_alice: Client, issued: Document, alice: User, dupont: Party
) -> None:
    annex = annexing.add(issued, content=PDF, filename="a.pdf", by=alice)
    credit = crediting.credit(issued, by=alice)
    message = Message.objects.create(
        company_id=issued.company_id, document=issued, click_id="c", to="a@b.example", subject="s", body="b"
    )
    addresses = [
        *[
            reverse(f"invoices:{name}", args=[document.kind, document.pk])
            for document in (issued, credit)
            for name in ("edit", "totals", "issue", "delete", "note")
        ],
        reverse("invoices:detail", args=[issued.pk]),
        reverse("invoices:credit", args=[issued.pk]),
        reverse("invoices:credit-note-detail", args=[credit.pk]),
        *[reverse(f"documents:{name}", args=[issued.pk]) for name in ("pdf", "preview", "add-annexes")],
        *[reverse(f"documents:{name}-annex", args=[annex.pk]) for name in ("tick", "rename", "remove")],
        reverse("documents:file", args=[annex.pk]),
        reverse("sending:compose", args=[issued.pk]),
        *[reverse(f"sending:{name}", args=[message.pk]) for name in ("message", "eml", "try-again")],
    ]  # fmt: skip
    data = {
        "version": 1,
        "issue_date": "2026-01-01",
        "internal_note": "charlie was here",
        "uploads": SimpleUploadedFile("a.pdf", PDF),
    }
    for address in addresses:
        assert as_charlie.get(address).status_code in {404, 405}, address
        assert as_charlie.post(address, data).status_code in {404, 405}, address
    for address in (
        "/invoices/",
        "/credit-notes/",
        "/outbox/",
        "/invoices/customers/?q=dupont",
        "/invoices/products/?q=P0001",
    ):
        words = text_of(as_charlie.get(address))
        assert "Dupont" not in words
        assert issued.number not in words
    assert f'value="{dupont.pk}"' not in as_charlie.get(f"/invoices/new/?customer={dupont.pk}").content.decode()
    issued.refresh_from_db()
    assert issued.internal_note == SECRET
    assert File.objects.filter(role="attachment").count() == 1


def test_a_stranger_is_sent_to_sign_in(client: Client, issued: Document) -> None:
    for address in (f"/invoices/{issued.pk}/", f"/documents/{issued.pk}/pdf/", "/outbox/", "/settings/numbering/"):
        assert client.get(address).headers["Location"].startswith("/sign-in/")
