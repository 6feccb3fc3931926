"""The pages of mails: write, send once, see what became of it, choose the texts."""

import re
from collections.abc import Iterator
from decimal import Decimal
from email import message_from_bytes, policy
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone

from activity import jobs
from activity.models import Job
from customers.models import Party
from documents.models import Document
from documents.services import annexing, drafting, issuing
from documents.services.drafting import LineInput
from sending.models import Message, MessageText
from users.models import Company, User

PDF = b"%PDF-1.4 a certificate"


@pytest.fixture
def issued(scope: Company, dupont: Party, alice: User) -> Document:
    lines = [LineInput(description="Entretien", unit_price=Decimal("100"))]
    draft = drafting.create(
        "invoice", company=scope, party=dupont, by=alice, lines=lines, internal_note="mauvais payeur"
    )
    return issuing.issue(draft, by=alice)


@pytest.fixture(autouse=True)
def outbox(tmp_path: Path) -> Iterator[Path]:
    mailer = {"BACKEND": "sending.backends.OutboxBackend", "OPTIONS": {"folder": str(tmp_path / "outbox")}}
    with override_settings(MAILERS={"default": mailer}):
        yield tmp_path / "outbox"


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def typed(client: Client, document: Document, **changes: Any) -> dict[str, Any]:
    """The form of the page as it stands, changed."""
    form = client.get(f"/documents/{document.pk}/send/").context["form"]
    return {
        **{name: form[name].value() for name in ("click_id", "to", "subject", "body")},
        "cc": "",
        "bcc": "",
        **changes,
    }


def run_all() -> None:
    for row in Job.objects.filter(name="sending.deliver"):
        jobs.run(row.pk)


def test_the_form_proposes_address_text_and_ticked_annexes(as_bob: Client, issued: Document, alice: User) -> None:
    kept = annexing.add(issued, content=PDF, filename="rapport.pdf", by=alice)
    other = annexing.add(issued, content=PDF, filename="plan.pdf", by=alice, send_along=False)
    page = as_bob.get(f"/documents/{issued.pk}/send/").content.decode()
    assert 'value="compta@dupont.example"' in page
    assert f'value="Facture {issued.number} de Frigotech SRL"' in page
    assert re.search(rf'value="{kept.pk}"[^>]* checked', page)
    assert not re.search(rf'value="{other.pk}"[^>]* checked', page)
    assert "mauvais payeur" not in page


def test_a_double_click_sends_one_mail_with_the_paper(as_bob: Client, issued: Document, outbox: Path) -> None:
    data = typed(as_bob, issued)
    for _click in range(2):
        assert as_bob.post(f"/documents/{issued.pk}/send/", data).headers["Location"] == f"/invoices/{issued.pk}/"
    run_all()
    [kept] = list(outbox.iterdir())
    mail = message_from_bytes(kept.read_bytes(), policy=policy.default)
    [paper] = list(mail.iter_attachments())
    words = pypdfium2.PdfDocument(paper.get_content())[0].get_textpage().get_text_bounded()
    assert issued.number in words
    assert (
        "mauvais payeur" not in words + mail.get_body(("plain",)).get_content() + mail.get_body(("html",)).get_content()
    )
    assert Message.objects.get().state == "sent"
    assert "compta@dupont.example" in text_of(as_bob.get(f"/invoices/{issued.pk}/"))


def test_opening_the_page_again_sends_another_mail(as_bob: Client, issued: Document) -> None:
    for _time in range(2):
        as_bob.post(f"/documents/{issued.pk}/send/", typed(as_bob, issued))
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("to", "nobody"), ("to", ""), ("cc", "a@b.example, c@"), ("bcc", "c@"),
        ("subject", "a\nBcc: x@y.example"), ("body", "  "), ("click_id", ""),
        ("file_ids", ["0190f0d0-0000-7000-8000-000000000000"]),
    ],
)  # fmt: skip
def test_a_mail_that_cannot_leave_stays_on_the_page(
    as_bob: Client, issued: Document, alice: User, name: str, value: Any
) -> None:
    annexing.add(issued, content=PDF, filename="rapport.pdf", by=alice)
    response = as_bob.post(f"/documents/{issued.pk}/send/", typed(as_bob, issued, **{name: value}))
    assert response.status_code == 422
    assert Message.objects.count() == 0


def test_a_draft_is_not_sent(as_bob: Client, scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice)
    assert as_bob.get(f"/documents/{draft.pk}/send/").headers["Location"] == f"/invoices/{draft.pk}/"


def test_the_outbox_shows_the_mail_and_gives_it_as_a_file(as_bob: Client, issued: Document, outbox: Path) -> None:
    as_bob.post(f"/documents/{issued.pk}/send/", typed(as_bob, issued))
    run_all()
    message = Message.objects.get()
    assert f"compta@dupont.example Facture {issued.number} de Frigotech SRL" in text_of(as_bob.get("/outbox/"))
    assert "Merci de la régler" in text_of(as_bob.get(f"/outbox/{message.pk}/"))
    answer = as_bob.get(f"/outbox/{message.pk}/eml/")
    assert b"".join(answer.streaming_content) == (outbox / f"{message.pk}.eml").read_bytes()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{message.pk}.eml"'


def test_a_failed_mail_is_shown_with_its_reason_and_tried_again(as_bob: Client, issued: Document) -> None:
    as_bob.post(f"/documents/{issued.pk}/send/", typed(as_bob, issued))
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(state="failed", error="550 no such user", handed_at=timezone.now())
    Job.objects.filter(key=f"send:{message.pk}").update(state="failed")
    assert "550 no such user" in text_of(as_bob.get(f"/invoices/{issued.pk}/?tab=mails"))
    as_bob.post(f"/outbox/{message.pk}/try-again/")
    run_all()
    message.refresh_from_db()
    assert message.state == "sent"


def test_the_queries_of_the_outbox_do_not_grow_with_its_rows(
    as_bob: Client, issued: Document, django_assert_num_queries: Any
) -> None:
    for _time in range(8):
        as_bob.post(f"/documents/{issued.pk}/send/", typed(as_bob, issued))
    with django_assert_num_queries(6):
        as_bob.get("/outbox/")


def test_the_owner_changes_a_text_and_goes_back(as_alice: Client, issued: Document) -> None:
    url = "/settings/mail-texts/invoice/fr/"
    assert "%structured_message%" in text_of(as_alice.get(url))
    as_alice.post(url, {"subject": "Votre facture %number%", "body": "Voici."})
    assert (
        as_alice.get(f"/documents/{issued.pk}/send/").context["form"]["subject"].value()
        == f"Votre facture {issued.number}"
    )
    refused = as_alice.post(url, {"subject": "%nummer%", "body": "Voici."})
    assert refused.status_code == 422
    assert "%nummer%" in text_of(refused)
    as_alice.post(url, {"restore": "yes"})
    assert MessageText.objects.count() == 0


def test_an_employee_does_not_change_the_texts(as_bob: Client) -> None:
    assert as_bob.get("/settings/mail-texts/").status_code == 403
    assert as_bob.post("/settings/mail-texts/invoice/fr/", {"subject": "a", "body": "b"}).status_code == 403


def test_a_text_of_no_kind_or_language_is_not_found(as_alice: Client) -> None:
    assert as_alice.get("/settings/mail-texts/offer/fr/").status_code == 404
    assert as_alice.get("/settings/mail-texts/invoice/de/").status_code == 404
