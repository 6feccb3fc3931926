"""Default texts: the first begins a draft, the others wait, tags are filled in at issue and frozen with it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activity.models import Event
from core import files
from core.errors import Conflict, Refused
from customers.models import Party
from documents import kinds
from documents.models import DefaultText, Document
from documents.services import copying, crediting, drafting, issuing, printing, wording
from documents.services.drafting import LineInput
from tests.documents.test_printing import text_of
from users.models import Company, User

pytestmark = pytest.mark.django_db
FRENCH = "Facture %number%, à payer pour le %due_date%."
DUTCH = "Factuur %number%, te betalen tegen %due_date%."


@pytest.fixture
def texts(scope: Company, alice: User) -> dict[str, DefaultText]:
    """Two texts in French and one in Dutch, for invoices."""
    invoice = kinds.get("invoice")
    return {
        name: wording.add(scope, invoice, language=language, name=name, body=body, by=alice)
        for language, name, body in [
            ("fr", "Usual", FRENCH),
            ("fr", "Cash", "Payé comptant."),
            ("nl", "Gewoon", DUTCH),
        ]
    }


def make(company: Company, party: Party | None, **fields: Any) -> Document:
    fields = {"by": None, "lines": [LineInput("x", unit_price=Decimal(100))], **fields}
    return drafting.create("invoice", company=company, party=party, **fields)


def test_a_draft_starts_with_the_first_text_of_its_language(
    scope: Company, dupont: Party, texts: dict[str, DefaultText]
) -> None:
    assert make(scope, dupont).terms == FRENCH
    assert make(scope, dupont, language="nl").terms == DUTCH
    assert make(scope, dupont, language="en").terms == ""
    assert make(scope, dupont, terms="").terms == ""
    assert make(scope, dupont, terms="Autre.").terms == "Autre."


def test_a_credit_note_does_not_take_the_text_of_invoices(
    scope: Company, dupont: Party, alice: User, texts: dict[str, DefaultText]
) -> None:
    issued = issuing.issue(make(scope, dupont), by=alice)
    assert crediting.credit(issued, by=alice).terms == ""


def test_an_untouched_text_follows_the_language(
    scope: Company, dupont: Party, alice: User, texts: dict[str, DefaultText]
) -> None:
    draft = make(scope, None)
    assert draft.terms == FRENCH
    Party.objects.filter(pk=dupont.pk).update(language="nl")
    dupont.refresh_from_db()
    draft = drafting.update(draft, by=alice, party=dupont)
    assert (draft.language, draft.terms) == ("nl", DUTCH)
    draft = drafting.update(draft, by=alice, terms="À la main.")
    draft = drafting.update(draft, by=alice, language="fr")
    assert draft.terms == "À la main."


def test_tags_are_filled_in_and_frozen_at_issue(
    scope: Company, dupont: Party, alice: User, texts: dict[str, DefaultText]
) -> None:
    draft = make(scope, dupont)
    assert "Facture %number%, à payer pour le %due_date%." in text_of(printing.preview(draft))
    issued = issuing.issue(draft, by=alice)
    issued.refresh_from_db()
    due = f"{timezone.localdate() + timedelta(days=30):%d/%m/%Y}"
    assert issued.terms == f"Facture {issued.number}, à payer pour le {due}."
    assert issued.terms in text_of(files.read(printing.pdf(issued).key))


def test_issuing_at_once_fills_in_too(scope: Company, dupont: Party, texts: dict[str, DefaultText]) -> None:
    issued = issuing.create(
        "invoice", company=scope, party=dupont, by=None, lines=[LineInput("x")], on=date(2026, 1, 5)
    )
    issued.refresh_from_db()
    assert issued.terms == "Facture 2026-0001, à payer pour le 04/02/2026."


def test_a_copy_of_an_issued_document_has_its_tags_again(
    scope: Company, dupont: Party, alice: User, texts: dict[str, DefaultText]
) -> None:
    issued = issuing.issue(make(scope, dupont), by=alice)
    assert copying.duplicate(issued, by=alice).terms == FRENCH
    other = issuing.issue(make(scope, dupont, terms="À la main."), by=alice)
    assert copying.duplicate(other, by=alice).terms == "À la main."


@pytest.mark.parametrize("tag", ["%nothing%", "%link%"])
def test_a_tag_that_paper_does_not_know_is_refused(scope: Company, alice: User, tag: str) -> None:
    with pytest.raises(Refused) as caught:
        wording.add(scope, kinds.get("invoice"), language="fr", name="x", body=f"Voyez {tag}", by=alice)
    assert (caught.value.code, caught.value.pointer) == ("unknown_tag", "/body")
    assert not DefaultText.objects.exists()


def test_there_is_an_end_to_the_texts(scope: Company, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "MOST_TEXTS", 1)
    wording.add(scope, kinds.get("invoice"), language="fr", name="x", body="x", by=alice)
    with pytest.raises(Conflict):
        wording.add(scope, kinds.get("invoice"), language="fr", name="y", body="y", by=alice)
    assert DefaultText.objects.count() == 1


def test_a_text_moves_up_to_be_the_first(
    scope: Company, dupont: Party, alice: User, texts: dict[str, DefaultText]
) -> None:
    wording.move_up(texts["Cash"], by=alice)
    assert [text.name for text in DefaultText.objects.filter(language="fr")] == ["Cash", "Usual"]
    assert make(scope, dupont).terms == "Payé comptant."
    wording.move_up(texts["Cash"], by=alice)
    assert Event.objects.filter(action="documents.default_text.moved").count() == 1


def test_the_owner_writes_rewords_and_removes_a_text(as_alice: Client, scope: Company) -> None:
    new = "/settings/default-texts/credit_note/nl/new/"
    assert as_alice.get(new).status_code == 200
    answer = as_alice.post(new, {"name": "Kort", "body": "Regel één\r\nRegel %number%"})
    assert answer.headers["Location"] == "/settings/default-texts/"
    text = DefaultText.objects.get()
    assert (text.kind, text.language, text.name, text.body) == (
        "credit_note",
        "nl",
        "Kort",
        "Regel één\nRegel %number%",
    )
    assert "Kort" in as_alice.get("/settings/default-texts/").content.decode()
    page = f"/settings/default-texts/{text.pk}/"
    assert as_alice.get(page).status_code == 200
    assert as_alice.post(page, {"name": "Lang", "body": "%oops%"}).status_code == 422
    as_alice.post(page, {"name": "Lang", "body": "Ander"})
    text.refresh_from_db()
    assert (text.name, text.body) == ("Lang", "Ander")
    as_alice.post(f"{page}move-up/")
    as_alice.post(f"{page}remove/")
    assert not DefaultText.objects.exists()


@pytest.mark.parametrize("path", ["quote/fr", "invoice/de"])
def test_an_unknown_kind_or_language_is_not_found(as_alice: Client, path: str) -> None:
    assert as_alice.get(f"/settings/default-texts/{path}/new/").status_code == 404


def test_an_employee_does_not_change_the_texts(as_bob: Client, texts: dict[str, DefaultText]) -> None:
    assert as_bob.get("/settings/default-texts/").status_code == 403
    assert as_bob.post(f"/settings/default-texts/{texts['Cash'].pk}/remove/").status_code == 403
    assert DefaultText.objects.count() == 3
