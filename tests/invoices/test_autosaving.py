"""A draft is kept while it is typed: once, only when all of it can be, and never over somebody else's change."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from activity.models import Event
from core.ids import uuid7
from customers.models import Party
from documents.models import Document, Line
from documents.services import drafting, issuing
from tests.invoices.test_editing import as_typed, text_of, typed
from users.models import Company, User

pytestmark = pytest.mark.django_db


def kept(client: Client, url: str, *lines: dict[str, Any], **head: Any) -> dict[str, Any]:
    """The answer to what the editor's script sends."""
    answer: dict[str, Any] = client.post(f"{url}autosave/", typed(*lines, **head)).json()
    return answer


def test_a_draft_is_kept_with_its_new_version_and_the_ids_of_its_lines(as_alice: Client, draft: Document) -> None:
    url = f"/invoices/{draft.pk}/"
    first, second = as_typed(draft)
    added = {"description": "Déplacement", "unit_price": "25"}
    answer = kept(as_alice, url, first, second, added, version=1, party=str(draft.party_id), reference="BC-5")
    assert (answer["state"], answer["version"]) == ("saved", 2)
    lines = {f"lines-{line.position}": str(line.pk) for line in Line.objects.filter(document=draft)}
    assert answer["lines"] == lines
    again = kept(
        as_alice, url, first, second, {**added, "id": lines["lines-2"], "unit_price": "30"}, version=2,
        party=str(draft.party_id), reference="BC-5",
    )  # fmt: skip
    assert (again["state"], again["lines"]) == ("saved", lines)
    draft.refresh_from_db()
    assert (draft.reference, draft.total_net) == ("BC-5", Decimal("242.30"))


def test_a_new_invoice_is_made_once_though_the_first_answer_was_lost(as_alice: Client, dupont: Party) -> None:
    name = str(uuid7())
    line = {"description": "Entretien", "unit_price": "100"}
    first = kept(as_alice, "/invoices/new/", line, draft=name, party=str(dupont.pk))
    assert (first["state"], first["edit_url"]) == ("saved", f"/invoices/{name}/edit/")
    again = kept(as_alice, "/invoices/new/", {**line, "unit_price": "110"}, draft=name, party=str(dupont.pk))
    assert (again["state"], again["version"]) == ("saved", 2)
    saved = as_alice.post("/invoices/new/", typed({**line, "unit_price": "120"}, draft=name, party=str(dupont.pk)))
    assert saved.headers["Location"] == f"/invoices/{name}/"
    assert Document.objects.get().total_net == Decimal("120.00")
    assert Event.objects.filter(action="invoices.invoice.created").count() == 1


def test_nothing_is_made_of_an_invoice_on_which_nobody_wrote_yet(as_alice: Client, scope: Company) -> None:
    assert kept(as_alice, "/invoices/new/", {"description": ""}, draft=str(uuid7()))["state"] == "blank"
    assert Document.objects.count() == 0


def test_what_is_incomplete_is_not_kept_and_says_why(as_alice: Client, draft: Document) -> None:
    first, _second = as_typed(draft)
    answer = kept(as_alice, f"/invoices/{draft.pk}/", {**first, "quantity": "deux"}, version=1)
    assert answer["state"] == "incomplete"
    assert "Quantité" in answer["text"]
    draft.refresh_from_db()
    assert draft.version == 1


def test_an_issued_invoice_is_not_kept_any_more(as_alice: Client, draft: Document, alice: User) -> None:
    lines = as_typed(draft)
    issuing.issue(draft, by=alice)
    assert kept(as_alice, f"/invoices/{draft.pk}/", *lines, reference="x")["state"] == "refused"
    draft.refresh_from_db()
    assert draft.reference == ""


def test_the_second_of_two_people_is_told_who_changed_what_and_may_save_over_it(
    as_alice: Client,
    draft: Document,
    bob: User,
) -> None:
    first, second = as_typed(draft)
    mine = {"version": 1, "party": str(draft.party_id), "reference": "by alice"}
    lines = drafting.update(draft, by=bob, reference="by bob", site={"city": "Gand"}).lines.all()
    Line.objects.filter(pk=lines[1].pk).update(quantity=3)
    answer = kept(as_alice, f"/invoices/{draft.pk}/", {**first, "quantity": "4"}, second, **mine)
    assert answer["state"] == "stale"
    words = " ".join(answer["html"].split())
    for part in (bob.full_name, "by bob", "by alice", "Gand", 'name="overwrite" value="2"'):
        assert part in words
    assert "Quantité 2" in words
    assert "Quantité 4" in words
    assert "Quantité 3" in words
    assert "Quantité 2,5" in words
    draft.refresh_from_db()
    assert (draft.reference, draft.version) == ("by bob", 2)
    page = as_alice.post(f"/invoices/{draft.pk}/edit/", typed(first, second, **mine))
    assert page.status_code == 422
    assert "by bob" in text_of(page)
    over = as_alice.post(f"/invoices/{draft.pk}/edit/", typed(first, second, **mine, overwrite="2"))
    assert over.status_code == 302
    draft.refresh_from_db()
    assert (draft.reference, draft.version, draft.site) == ("by alice", 3, {})


def test_a_line_that_only_one_of_two_people_has_is_shown(as_alice: Client, draft: Document, bob: User) -> None:
    lines = as_typed(draft)
    drafting.update(draft, by=bob, lines=[drafting.LineInput("De Bob", unit_price=Decimal(12))])
    answer = kept(as_alice, f"/invoices/{draft.pk}/", *lines, version=1, party=str(draft.party_id))
    words = " ".join(answer["html"].split())
    assert "De Bob, 1 × 12,00" in words
    assert "Filtre" in words
    assert "Main-d&#x27;œuvre" in words
