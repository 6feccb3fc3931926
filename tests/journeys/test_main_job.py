"""The main job: a work order of Climapulse becomes an invoice that is checked, issued, printed and mailed."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.visiting import Visitor, field_values, paper, plain, texts, totals

MEMO = "Contrôle d'étanchéité effectué, aucun défaut constaté. Prochain entretien : novembre 2027."
INTERNAL = "Client se plaint du prix du dernier dépannage, appeler avant d'envoyer."


def test_a_work_order_is_invoiced_issued_printed_and_mailed(visitor: Visitor) -> None:
    page = visitor.page
    invoice = visitor.press("wo-2026-0141")
    assert plain(page.inner_text("#answer h2 .pill")) == "201"
    assert plain(page.inner_text("#answer .amount")) == "430.55 EUR"
    assert visitor.press("wo-2026-0141") == invoice
    assert plain(page.inner_text("#answer h2 .pill")) == "200"
    visitor.picture("sandbox-answer")
    page.click("#answer a.button")
    visitor.give_password("alice@frigotech.example")
    page.wait_for_url(invoice)

    # The draft says what the order comes to.
    assert texts(page, ".document-lines td:last-child:nth-child(5)") == ["162,50", "48,75", "19,13", "49,80", "75,65"]
    quantities = [text.split()[0] for text in texts(page, ".document-lines td:nth-child(2)")]
    assert quantities == ["2:30", "0:50", "42,5", "2", "0,85"]
    assert totals(page) == ["355,83 €", "74,72 €", "430,55 €"]
    assert texts(page, ".cure") == []
    assert MEMO in plain(page.inner_text("main"))
    assert page.input_value("#internal-note") == INTERNAL
    visitor.picture("invoice-draft")
    page.click(".tab-link[href$='tab=annexes']")
    assert texts(page, ".files .cell-main") == ["BT-2026-0141.pdf", "certificat-etancheite.pdf"]
    assert page.locator("[name=send_along][aria-pressed=true]").count() == 2
    visitor.picture("invoice-annexes")

    # A third filter: the totals follow while typing, and stay after saving.
    page.click("a[href$='/edit/']")
    expect(page.locator("#foot-total")).to_have_text("430,55 €")
    quantity = page.locator("tr[data-line]", has=page.locator("textarea", has_text="Filtre G4")).locator(
        "[name$=-quantity]"
    )
    assert quantity.input_value() == "2"
    quantity.fill("3")
    expect(page.locator("#foot-total")).to_have_text("460,68 €")
    assert texts(page, "#totals dd") == ["380,73 €", "79,95 €", "460,68 €"]
    visitor.picture("invoice-edit")
    page.click(".editor-foot button")
    page.wait_for_url(invoice)
    assert totals(page) == ["380,73 €", "79,95 €", "460,68 €"]

    # Issued, it has its number and cannot be changed; its paper says the same.
    number = visitor.issue()
    assert number.startswith(f"{timezone.localdate().year}-")
    assert len(number) == len("2026-0001")
    assert page.locator("a[href$='/edit/']").count() == 0
    visitor.picture("invoice-issued")
    printed = paper(visitor.download(lambda: visitor.choose("a[href$='/pdf/?download']")))
    assert number in printed
    assert all(amount in printed for amount in ("380,73", "79,95", "460,68"))
    assert MEMO in printed
    assert "dernier dépannage" not in printed

    # The mail is ready to go; the certificate stays here.
    visitor.choose("a[href$='/send/']")
    proposal = field_values(page, "to", "cc", "subject")
    assert proposal["to"] == "compta@dupont.example"
    assert number in proposal["subject"]
    assert page.locator("[name=file_ids]:checked").count() == 2
    page.get_by_label("certificat-etancheite.pdf").uncheck()
    visitor.picture("compose")
    page.dblclick(".form-actions button")
    page.wait_for_url(invoice)

    visitor.go("/outbox/")
    mails = page.locator("tbody tr", has_text=number)
    expect(mails).to_have_count(1)
    mails.locator("a.cell-main").click()
    visitor.reload_until(lambda shown: shown.locator("a[href$='/eml/']").count() == 1)
    visitor.picture("mail")
    mail = message_from_bytes(visitor.download(lambda: page.click("a[href$='/eml/']")), policy=default)
    assert isinstance(mail, EmailMessage)
    assert mail["To"] == "compta@dupont.example"
    assert mail["Subject"] == proposal["subject"]
    files = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert sorted(files) == [f"{number}.pdf", "BT-2026-0141.pdf"]
    assert paper(files[f"{number}.pdf"]) == printed
    written = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert number in written
    assert "dernier dépannage" not in written + "".join(paper(content) for content in files.values())
    sent = [file.read_bytes() for file in visitor.installation.data.glob("outbox/*.eml")]
    assert sum(b"compta@dupont.example" in content for content in sent) == 1


def test_the_first_invoice_that_the_start_names_is_a_draft_at_that_address(visitor: Visitor) -> None:
    page = visitor.sign_in(at=visitor.installation.first_invoice)
    assert page.url == visitor.installation.first_invoice
    expect(page.locator("a[href$='/issue/'][data-dialog]")).to_be_visible()
    assert page.locator(".document-lines tbody tr").count() > 1
