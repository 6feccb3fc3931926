"""The tabs of a customer's page: each an address of its own, with what the apps above put there."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from activity.models import Event
from core.tenancy import company_scope
from customers import merging, services
from customers.models import Address, Contact, Party
from documents.models import Document
from documents.services import annexing, crediting, drafting, issuing
from documents.services.drafting import LineInput
from payments.services import recording
from users.models import Company, User

TABS = ["figures", "documents", "payments", "contacts", "addresses", "annexes", "timeline"]


def shown(client: Client, party: Party, tab: str = "", **query: Any) -> str:
    answer = client.get(
        f"/customers/{party.pk}/", {**({"tab": tab} if tab else {}), **query}, HTTP_ACCEPT_LANGUAGE="en"
    )
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows(page: str) -> list[list[str]]:
    """The cells of the page's table as a reader sees them."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td.*?</td>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", body, re.S)
    ]


def moments(page: str) -> list[str]:
    found = re.findall(r'<div class="moment-text">\s*<p>(.*?)</p>(?:\s*<p class="hint">([^<]*)</p>)?', page, re.S)
    return [" · ".join(filter(None, (re.sub(r"<[^>]+>", "", text), detail))) for text, detail in found]


@pytest.fixture
def english(alice: User, as_alice: Client) -> Client:
    as_alice.post("/language/", {"language": "en", "next": "/"})
    return as_alice


@pytest.fixture
def sold(scope: Company, dupont: Party, alice: User) -> list[Document]:
    """An invoice of 121, partly paid and partly credited, its credit note, and a draft."""
    lines = [LineInput("x", quantity=Decimal(100), unit_price=Decimal(1))]

    def draft(**fields: Any) -> Document:
        return drafting.create("invoice", company=scope, party=dupont, by=alice, lines=lines, **fields)

    invoice = issuing.issue(draft(reference="PO 7"), by=alice)
    recording.record(invoice, amount=Decimal("21.00"), by=alice)
    quantities = {invoice.lines.get().pk: Decimal(10)}
    note = issuing.issue(crediting.credit(invoice, by=alice, quantities=quantities), by=alice)
    return [invoice, note, draft()]


def test_every_tab_is_a_link_and_the_chosen_one_is_marked(english: Client, dupont: Party) -> None:
    for tab in TABS:
        page = shown(english, dupont, tab)
        nav = re.findall(r'<a class="tab-link" href="([^"]+)"( aria-current="page")?>', page)
        assert [url.partition("?tab=")[2] or TABS[0] for url, _current in nav] == TABS
        assert [url.partition("?tab=")[2] or TABS[0] for url, current in nav if current] == [tab]
    for nonsense in ("nothing", "\x00", "x" * 5000):
        assert f'href="/customers/{dupont.pk}/" aria-current="page"' in shown(english, dupont, nonsense)


def test_the_documents_stand_drafts_first_then_the_newest(english: Client, dupont: Party, sold: list[Document]) -> None:
    invoice, note, _draft = sold
    found = rows(shown(english, dupont, "documents"))
    assert [row[0] for row in found] == [
        "Draft Invoice",
        f"{note.number} Credit note · PO 7",
        f"{invoice.number} Invoice · PO 7",
    ]
    assert [row[3] for row in found] == ["Draft", "Issued", "Partly paid"]
    assert [row[4] for row in found] == ["121,00 €", "12,10 €", "121,00 €"]
    assert [row[5] for row in found] == ["", "0,00 €", "87,90 €"]


def test_the_documents_are_paged_at_one_price(
    english: Client, scope: Company, dupont: Party, django_assert_max_num_queries: Any
) -> None:
    Document.objects.bulk_create([Document(company=scope, kind="invoice", party=dupont) for _ in range(27)])
    with django_assert_max_num_queries(16):
        assert len(rows(shown(english, dupont, "documents"))) == 25
    second = shown(english, dupont, "documents", page=2)
    assert len(rows(second)) == 2
    assert "?tab=documents&amp;page=1" in second or "page=1&amp;tab=documents" in second
    assert len(rows(shown(english, dupont, "documents", page="x"))) == 25


def test_contacts_and_addresses_have_their_own_tabs(english: Client, scope: Company, dupont: Party) -> None:
    assert "Add a contact person" in shown(english, dupont, "contacts")
    assert "Add an address" in shown(english, dupont, "addresses")
    Contact.objects.create(company=scope, party=dupont, name="Anne", function="Buyer", phone="12")
    Address.objects.create(
        company=scope, party=dupont, kind="site", street="Quai", street_number="3", postal_code="1000",
        city="Bruxelles", vat_regime="renovation",
    )  # fmt: skip
    Address.objects.create(company=scope, party=dupont, kind="delivery", name="Depot", city="Gent")
    assert rows(shown(english, dupont, "contacts")) == [["Anne Buyer", "", "12"]]
    found = rows(shown(english, dupont, "addresses"))
    assert [row[:2] for row in found] == [
        ["Quai Quai 3, 1000 Bruxelles", "Site address"],
        ["Depot Gent", "Delivery address"],
    ]


def test_annexes_of_all_documents_come_together(
    english: Client, dupont: Party, sold: list[Document], alice: User
) -> None:
    assert "No annexes" in shown(english, dupont, "annexes")
    annexing.add(sold[0], content=b"%PDF-1.4 x", filename="report.pdf", by=alice)
    annexing.add(sold[2], content=b"%PDF-1.4 y", filename="photo.pdf", by=alice)
    page = shown(english, dupont, "annexes")
    assert re.findall(r'<a class="cell-main" href="/files/[^"]+">([^<]+)</a>', page) == ["photo.pdf", "report.pdf"]
    assert f'<a class="link" href="{sold[0].get_absolute_url()}">Invoice {sold[0].number}</a>' in page


def test_the_timeline_tells_of_the_customer_and_of_its_documents(
    english: Client, dupont: Party, sold: list[Document], alice: User, scope: Company
) -> None:
    services.update_party(dupont, by=alice, phone="12", city="Gent")
    twin = services.create_party(company=scope, by=alice, name="Dupont")
    merging.merge(dupont, other=twin, by=alice)
    told = moments(shown(english, dupont, "timeline"))
    invoice, note, _draft = sold
    assert told[:3] == [
        f"Dupont ({twin.number}) was merged into this customer",
        "Changed: city, phone",
        "Draft made · Draft",
    ]
    assert f"Issued as {note.number} · Credit note {note.number}" in told
    assert f"Credit note made · Invoice {invoice.number}" in told
    assert told[-1] == f"Draft made · Invoice {invoice.number}"
    assert moments(shown(english, twin, "timeline"))[0] == "Merged into another customer"


def test_a_field_that_is_gone_is_told_by_its_old_name(english: Client, dupont: Party, alice: User) -> None:
    Event.objects.create(
        company_id=dupont.company_id, action="customers.party.updated", object_type="customer", object_id=dupont.pk,
        data={"changed": ["fax"]},
    )  # fmt: skip
    assert moments(shown(english, dupont, "timeline")) == ["Changed: fax"]


def test_an_outsider_finds_no_tab(as_charlie: Client, scope: Company, dupont: Party, sold: list[Document]) -> None:
    for tab in TABS:
        assert as_charlie.get(f"/customers/{dupont.pk}/?tab={tab}").status_code == 404


def test_a_tab_shows_nothing_of_another_company(
    as_charlie: Client, other_company: Company, charlie: User, sold: list[Document]
) -> None:
    with company_scope(other_company.pk):
        own = services.create_party(company=other_company, by=charlie, name="Own")
    for tab in TABS:
        page = shown(as_charlie, own, tab)
        assert sold[0].number not in page
        assert rows(page) == []
