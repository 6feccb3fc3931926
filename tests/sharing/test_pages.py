"""The shared page: what a stranger with its address sees and takes along, and what nobody else does."""

import base64
import re
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from core import files
from documents.models import Document
from documents.services import annexing, crediting, issuing
from payments.services import recording
from sharing import services
from sharing.models import PublicLink
from tests.documents.paper import texts
from users.models import User

PDF = b"%PDF-1.4 certificate"


@pytest.fixture
def link(issued: Document, alice: User) -> PublicLink:
    return services.share(issued, by=alice)


def words_of(response: HttpResponse) -> str:
    words = unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).replace("\xa0", " ").replace("\u202f", " ")
    return re.sub(r"\s+", " ", words)


def test_a_stranger_reads_the_document_and_how_to_pay(client: Client, link: PublicLink, issued: Document) -> None:
    answer = client.get(f"/shared/{link.key}/")
    words = words_of(answer)
    assert answer.status_code == 200
    assert f"Facture {issued.number}" in words
    assert "De Frigotech SRL à Boulangerie Dupont SRL" in words
    assert "Entretien annuel" in words
    assert "À payer 121,00 €" in words
    assert "BE68 5390 0754 7034" in words
    assert re.search(r"\+\+\+\d{3}/\d{4}/\d{5}\+\+\+", words)
    code = re.search(r'src="data:image/png;base64,([^"]+)"', answer.content.decode())
    assert code
    assert base64.b64decode(code[1]).startswith(b"\x89PNG")
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "private, no-store"


def test_the_reader_may_choose_another_language(client: Client, link: PublicLink) -> None:
    client.post("/language/", {"language": "nl", "next": f"/shared/{link.key}/"})
    assert "Te betalen € 121,00" in words_of(client.get(f"/shared/{link.key}/"))


def test_what_is_paid_is_no_longer_asked(client: Client, link: PublicLink, issued: Document, alice: User) -> None:
    recording.record(issued, amount=Decimal("21.00"), by=alice)
    assert "À payer 100,00 €" in words_of(client.get(f"/shared/{link.key}/"))
    recording.record(issued, amount=Decimal("100.00"), by=alice)
    words = words_of(client.get(f"/shared/{link.key}/"))
    assert "Total TVAC 121,00 € Payée" in words
    assert "IBAN" not in words
    assert "+++" not in words


def test_a_credit_note_asks_for_nothing(client: Client, issued: Document, alice: User) -> None:
    note = issuing.issue(crediting.credit(issued, by=alice), by=alice)
    words = words_of(client.get(f"/shared/{services.share(note, by=alice).key}/"))
    assert f"Note de crédit {note.number}" in words
    assert "BE68 5390 0754 7034" not in words
    assert "Payée" not in words


def test_pdf_ubl_and_ticked_annexes_are_downloaded(
    client: Client, link: PublicLink, issued: Document, alice: User
) -> None:
    along = annexing.add(issued, content=PDF, filename="certificat.pdf", by=alice)
    stays = annexing.add(issued, content=PDF, filename="interne.pdf", by=alice, send_along=False)
    words = words_of(client.get(f"/shared/{link.key}/"))
    assert "certificat.pdf" in words
    assert "interne.pdf" not in words
    pdf = client.get(f"/shared/{link.key}/pdf/")
    assert issued.number in texts(pdf.content)[0]
    assert pdf["Content-Disposition"] == f'inline; filename="{issued.number}.pdf"'
    ubl = client.get(f"/shared/{link.key}/ubl/")
    assert f"<cbc:ID>{issued.number}</cbc:ID>".encode() in ubl.content
    annex = client.get(f"/shared/{link.key}/annexes/{along.pk}/")
    assert (annex.content, annex["Content-Disposition"]) == (PDF, 'attachment; filename="certificat.pdf"')
    assert client.get(f"/shared/{link.key}/annexes/{stays.pk}/").status_code == 404
    assert client.get(f"/shared/{link.key}/annexes/{uuid4()}/").status_code == 404


def test_the_logo_is_shown_where_there_is_one(client: Client, link: PublicLink, issued: Document) -> None:
    from branding.services import default_theme

    assert client.get(f"/shared/{link.key}/logo/").status_code == 404
    theme = default_theme(issued.company)
    theme.logo_key = files.store(b"<svg/>", company_id=issued.company_id).key
    theme.logo_media_type = "image/svg+xml"
    theme.save()
    assert f"/shared/{link.key}/logo/" in client.get(f"/shared/{link.key}/").content.decode()
    answer = client.get(f"/shared/{link.key}/logo/")
    assert (answer.content, answer["Content-Type"]) == (b"<svg/>", "image/svg+xml")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("part", ["", "pdf/", "ubl/", "logo/", "annexes/0197c0de-1234-7abc-8def-0123456789ab/"])
def test_a_closed_or_expired_page_is_gone_and_says_whom_to_ask(
    client: Client, link: PublicLink, alice: User, part: str
) -> None:
    with time_machine.travel(link.expires_at):
        expired = client.get(f"/shared/{link.key}/{part}")
    services.withdraw(link, by=alice)
    closed = client.get(f"/shared/{link.key}/{part}")
    assert (expired.status_code, closed.status_code) == (410, 410)
    assert "facturation@frigotech.example" in words_of(closed)
    assert "Entretien" not in words_of(closed)
    assert client.get(f"/shared/{link.key[:-1]}{'-' if link.key.endswith('_') else '_'}/{part}").status_code == 404
    link.refresh_from_db()
    assert link.views == 0


def test_visits_are_told_but_not_those_of_the_company(
    client: Client, as_alice: Client, as_charlie: Client, link: PublicLink, issued: Document
) -> None:
    as_alice.get(f"/shared/{link.key}/")
    client.head(f"/shared/{link.key}/")
    client.get(f"/shared/{link.key}/pdf/")
    link.refresh_from_db()
    assert link.views == 0
    client.get(f"/shared/{link.key}/")
    as_charlie.get(f"/shared/{link.key}/")
    link.refresh_from_db()
    assert link.views == 1
    words = words_of(as_alice.get(issued.get_absolute_url()))
    assert "Quelqu'un a lu la page publique" in words
    assert "Lue 1 fois" in words


def test_members_make_and_close_the_page(as_bob: Client, issued: Document) -> None:
    page: Any = as_bob.post(f"/documents/{issued.pk}/share/", follow=True)
    link = PublicLink.objects.get()
    assert link.url in words_of(page)
    page = as_bob.post(f"/documents/{issued.pk}/share/{link.pk}/withdraw/", follow=True)
    assert link.url not in words_of(page)
    assert "Créer une page publique" in words_of(page)
    link.refresh_from_db()
    assert link.is_open is False


def test_outsiders_neither_make_nor_close_it(as_charlie: Client, client: Client, link: PublicLink) -> None:
    for visitor, status in ((as_charlie, 404), (client, 302)):
        assert visitor.post(f"/documents/{link.document_id}/share/").status_code == status
        closing = visitor.post(f"/documents/{link.document_id}/share/{link.pk}/withdraw/")
        assert closing.status_code == status
    link.refresh_from_db()
    assert link.is_open
    assert PublicLink.objects.count() == 1


def test_the_menu_makes_the_page_and_then_copies_its_address(as_alice: Client, issued: Document, alice: User) -> None:
    def entry() -> tuple[str, str]:
        page = as_alice.get(issued.get_absolute_url())
        [action] = [action for action in page.context["actions"] if action.icon == "link"]
        shown = f'href="{action.url}" data-copy="{action.url}"' in page.content.decode()
        return action.url, "copied" if shown else "posted"

    assert entry() == (f"/documents/{issued.pk}/share/", "posted")
    link = services.share(issued, by=alice)
    assert entry() == (link.url, "copied")
    services.withdraw(link, by=alice)
    assert entry() == (f"/documents/{issued.pk}/share/", "posted")
