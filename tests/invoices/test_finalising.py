"""The summary before issue: it shows all that becomes final, and what was not shown is not issued."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from customers.models import Party
from customers.services import update_party
from documents import warnings
from documents.models import Document, Series
from documents.services import annexing, crediting, drafting, issuing
from documents.services.drafting import LineInput
from users.models import Company, User

TODAY = "2026-11-24"


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(f"{TODAY} 10:00+01:00", tick=False):
        yield


@pytest.fixture(autouse=True)
def _english(alice: User, bob: User) -> None:
    User.objects.update(language="en")


def address(draft: Document) -> str:
    return f"/invoices/{draft.pk}/issue/"


def shown(page: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


def yes(client: Client, draft: Document, **changes: str) -> dict[str, str]:
    """What the open page would send."""
    page = client.get(address(draft))
    return {"seen": page.context["outlook"].digest, "issue_date": TODAY, **changes}


def test_the_summary_says_all_that_becomes_final(as_alice: Client, draft: Document, alice: User) -> None:
    annexing.add(draft, content=b"%PDF-1.4 a", filename="rapport.pdf", by=alice)
    annexing.add(draft, content=b"%PDF-1.4 b", filename="interne.pdf", by=alice, send_along=False)
    drafting.update(draft, by=alice, vat_regime="reverse_charge", reference="BC-2291", payment_term_days=30)
    page = as_alice.get(address(draft))
    words = shown(page)
    assert "Next number 2026-0001" in words
    assert "Boulangerie Dupont SRL Rue du Four 12 1000 Bruxelles BE 0403.019.261" in words
    assert "Due 24/12/2026" in words
    assert "Reference BC-2291" in words
    assert f"Communication {_printed(page.context['outlook'].communication)}" in words
    assert "Autoliquidation : En l'absence de contestation" in words
    assert "VAT 0% of 212,30 € (Reverse charge) 0,00 €" in words
    assert "Total including VAT 212,30 €" in words
    assert "rapport.pdf" in words
    assert "interne.pdf" not in words
    assert "only a credit note corrects it" in words
    assert Series.objects.count() == 0


def _printed(digits: str) -> str:
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def test_what_was_shown_is_what_is_issued(as_alice: Client, draft: Document) -> None:
    outlook = as_alice.get(address(draft)).context["outlook"]
    for _click in range(2):
        response = as_alice.post(address(draft), {"seen": outlook.digest, "issue_date": TODAY})
        assert response.headers["Location"] == f"/invoices/{draft.pk}/"
    draft.refresh_from_db()
    names = ("buyer", "seller", "issue_date", "due_date", "mentions", "total_net", "total_vat", "total_gross")
    assert [getattr(draft, name) for name in names] == [getattr(outlook.document, name) for name in names]
    assert (draft.number, draft.structured_message) == (outlook.number, outlook.communication)
    assert (outlook.number, draft.total_gross) == ("2026-0001", Decimal("256.88"))
    assert Series.objects.get(family="invoice").next_number == 2


@pytest.mark.parametrize("change", ["draft", "customer", "company", "date"])
def test_what_changed_since_is_shown_anew_and_not_issued(
    as_alice: Client, draft: Document, dupont: Party, bob: User, scope: Company, change: str
) -> None:
    sent = yes(as_alice, draft)
    if change == "draft":
        drafting.update(draft, by=bob, reference="autre")
    elif change == "customer":
        update_party(dupont, by=bob, street="Rue Neuve")
    elif change == "company":
        Company.objects.filter(pk=scope.pk).update(iban="BE71096123456769")
    else:
        sent["issue_date"] = "2026-11-20"
    page = as_alice.post(address(draft), sent)
    assert page.status_code == 422
    assert "This is no longer what you were shown. Look at it again, then issue." in shown(page)
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert Series.objects.count() == 0
    again = {**sent, "seen": page.context["form"]["seen"].value()}
    assert as_alice.post(address(draft), again).status_code == 302
    draft.refresh_from_db()
    assert draft.issue_date == date.fromisoformat(sent["issue_date"])


def test_another_date_is_shown_before_it_is_taken(as_alice: Client, draft: Document) -> None:
    drafting.update(draft, by=None, payment_term_days=30)
    words = shown(as_alice.get(f"{address(draft)}?issue_date=2026-11-01"))
    assert "Due 01/12/2026" in words


@pytest.mark.parametrize("text", ["", "x", "2026-13-40"])
def test_a_date_that_is_none_is_told_at_once(as_alice: Client, draft: Document, text: str) -> None:
    page = as_alice.post(address(draft), yes(as_alice, draft, issue_date=text))
    assert page.status_code == 422
    assert "Give a valid issue date." in shown(page)
    assert as_alice.get(f"{address(draft)}?issue_date={text}").status_code == 200
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_all_that_stands_in_the_way_is_named_with_its_cure(as_alice: Client, scope: Company, dupont: Party) -> None:
    Company.objects.filter(pk=scope.pk).update(iban="")
    Party.objects.filter(pk=dupont.pk).update(street="", vat_number="")
    draft = drafting.create(
        "invoice",
        company=scope,
        party=Party.objects.get(),
        by=None,
        vat_regime="reverse_charge",
        lines=[LineInput("x", unit_price=Decimal(1))],
    )
    page = as_alice.get(f"{address(draft)}?issue_date=2026-11-25")
    back = f"?next=%2Finvoices%2F{draft.pk}%2F"
    assert [(point["text"], [cure.url for cure in point["cures"]]) for point in page.context["obstacles"]] == [
        ("The issue date cannot lie in the future.", []),
        ("Complete your company's details first: IBAN.", [f"/company/{back}"]),
        (
            "Complete the address of Boulangerie Dupont SRL first; an invoice to a company needs it.",
            [f"/customers/{dupont.pk}/edit/{back}"],
        ),
        (
            "“Reverse charge (contractor)” needs the customer's VAT number.",
            [f"/customers/{dupont.pk}/edit/{back}"],
        ),
    ]
    assert page.context["points"] == []  # said once
    assert as_alice.post(address(draft), yes(as_alice, draft)).status_code == 422
    assert Document.objects.issued().count() == 0


def test_who_lacks_the_right_is_told_who_has_it(as_bob: Client, draft: Document, scope: Company, alice: User) -> None:
    Company.objects.filter(pk=scope.pk).update(iban="")
    obstacle = as_bob.get(address(draft)).context["obstacles"][0]
    assert (obstacle["hint"], obstacle["cures"]) == ("Only an owner can do this: Alice Martin.", [])


def test_an_empty_draft_without_a_customer_is_shown_too(as_alice: Client, scope: Company) -> None:
    draft = drafting.create("invoice", company=scope, party=None, by=None)
    found = [point["text"] for point in as_alice.get(address(draft)).context["obstacles"]]
    assert found == ["Choose a customer before you issue.", "Add at least one line before you issue."]


def test_a_date_before_the_last_number_is_said_before_anybody_tries(
    as_alice: Client, draft: Document, alice: User
) -> None:
    issuing.issue(drafting.create("invoice", company=draft.company, party=draft.party, by=None, lines=[
        LineInput("x", unit_price=Decimal(1))
    ]), by=alice)  # fmt: skip
    found = as_alice.get(f"{address(draft)}?issue_date=2026-11-23").context["obstacles"]
    text = "The last document of this series is dated 24/11/2026; an earlier date would break the order of numbers."
    assert [point["text"] for point in found] == [text]


def test_open_prices_need_an_extra_yes(as_alice: Client, draft: Document) -> None:
    lines = [LineInput("Vanne", unit_price=Decimal(0)), LineInput("x", unit_price=Decimal(1))]
    draft = drafting.update(draft, by=None, lines=lines)
    warnings.add(draft, "unknown_material", line=draft.lines.first(), name="Vanne")
    page = as_alice.get(address(draft))
    assert 'name="accept_warnings"' in page.content.decode()
    assert "“Vanne” is not one of your products, so it has no price." in shown(page)
    assert as_alice.post(address(draft), yes(as_alice, draft)).status_code == 422
    draft.refresh_from_db()
    assert draft.state == "draft"
    as_alice.post(address(draft), yes(as_alice, draft, accept_warnings="on"))
    draft.refresh_from_db()
    assert draft.state == "issued"


def test_the_page_and_the_editor_lead_to_the_summary(as_alice: Client, draft: Document) -> None:
    link = f'href="{address(draft)}" data-dialog'
    assert link in as_alice.get(f"/invoices/{draft.pk}/").content.decode()
    editor = as_alice.get(f"/invoices/{draft.pk}/edit/")
    assert '<button class="btn btn-create" name="issue" value="yes">' in editor.content.decode()


def test_a_credit_note_is_shown_before_it_is_issued_too(as_alice: Client, draft: Document, alice: User) -> None:
    credit = crediting.credit(issuing.issue(draft, by=alice), by=alice)
    words = shown(as_alice.get(f"/credit-notes/{credit.pk}/issue/"))
    assert "Next number CN2026-0001" in words
    assert "TVA à reverser à l'État dans la mesure où elle a été initialement déduite." in words
    assert "Total including VAT 256,88 €" in words
    assert "Issue credit note" in words
    assert "Communication" not in words


def test_outsiders_see_and_issue_nothing(charlie: User, draft: Document) -> None:
    client = Client()
    client.force_login(charlie)
    assert client.get(address(draft)).status_code == 404
    assert client.post(address(draft), {"issue_date": TODAY, "seen": "x"}).status_code == 404
    draft.refresh_from_db()
    assert draft.state == "draft"
