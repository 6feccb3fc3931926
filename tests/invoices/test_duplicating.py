"""Duplicating on the page: into the editor of a new draft, told on both sides."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Party
from documents.models import Document
from documents.services import annexing, copying, crediting, drafting, issuing
from documents.services.drafting import LineInput
from users.models import Company, User

PDF = b"%PDF-1.4 a certificate"


@pytest.fixture
def issued(scope: Company, dupont: Party, alice: User) -> Document:
    alice.language = "en"
    alice.save(update_fields=["language"])
    lines = [LineInput(description="Entretien", unit_price=Decimal(100))]
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice, lines=lines, reference="BC-2291")
    return issuing.issue(draft, by=alice)


def timeline(client: Client, document: Document) -> list[tuple[str, str]]:
    """Address and words of each entry that leads somewhere."""
    page = client.get(document.get_absolute_url()).content.decode()
    listed = page.partition('<ol class="timeline">')[2].partition("</ol>")[0]
    return re.findall(r'<p><a class="link" href="([^"]+)">([^<]+)</a></p>', listed)


def test_a_copy_opens_in_the_editor(as_alice: Client, issued: Document) -> None:
    page = as_alice.get(issued.get_absolute_url()).content.decode()
    address = reverse("invoices:duplicate", args=[issued.pk])
    assert f'action="{address}"' in page
    answer = as_alice.post(address)
    copy = Document.objects.drafts().get()
    assert answer.headers["Location"] == reverse("invoices:edit", args=["invoice", copy.pk])
    editor = as_alice.get(answer.headers["Location"]).content.decode()
    assert "This is the copy, a draft. Change what differs, then issue it." in editor
    assert 'value="BC-2291"' in editor
    assert (copy.total_gross, copy.number) == (issued.total_gross, "")


def test_both_pages_lead_to_the_other(as_alice: Client, issued: Document, alice: User) -> None:
    first, second = copying.duplicate(issued, by=alice), copying.duplicate(issued, by=alice)
    copied = "Copied to a new draft"
    assert timeline(as_alice, issued) == [(second.get_absolute_url(), copied), (first.get_absolute_url(), copied)]
    page = as_alice.get(first.get_absolute_url()).content.decode()
    assert f'<dt>Copy of</dt><dd><a class="link" href="{issued.get_absolute_url()}">{issued.number}</a></dd>' in page
    drafting.delete(first, by=alice)
    assert timeline(as_alice, issued) == [(second.get_absolute_url(), copied)]
    assert as_alice.get(issued.get_absolute_url()).content.decode().count(copied) == 2


def test_a_copy_of_a_draft_says_so(as_alice: Client, issued: Document, alice: User) -> None:
    draft = copying.duplicate(issued, by=alice)
    copy = copying.duplicate(draft, by=alice)
    assert f'href="{draft.get_absolute_url()}">a draft</a>' in as_alice.get(copy.get_absolute_url()).content.decode()


def test_a_credit_note_is_not_duplicated(as_alice: Client, issued: Document, alice: User) -> None:
    note = crediting.credit(issued, by=alice)
    assert "/duplicate/" not in as_alice.get(note.get_absolute_url()).content.decode()
    assert as_alice.post(reverse("invoices:duplicate", args=[note.pk])).status_code == 404
    assert timeline(as_alice, issued) == [(note.get_absolute_url(), "Credit note made")]
    assert Document.objects.count() == 2


def test_an_annex_is_told_with_its_names_and_where_it_is(as_alice: Client, issued: Document, alice: User) -> None:
    annex = annexing.add(issued, content=PDF, filename="a.pdf", by=alice)
    annexing.rename(annex, filename="b.pdf", by=alice)
    url = reverse("documents:file", args=[annex.pk])
    assert timeline(as_alice, issued) == [(url, "Annex a.pdf renamed: b.pdf"), (url, "Annex added: a.pdf")]
    annexing.remove(annex, by=alice)
    assert timeline(as_alice, issued) == []


def test_outsiders_and_readers_duplicate_nothing(as_charlie: Client, as_alice: Client, issued: Document) -> None:
    address = reverse("invoices:duplicate", args=[issued.pk])
    assert as_charlie.post(address).status_code == 404
    assert as_alice.get(address).status_code == 405
    assert Document.objects.count() == 1
