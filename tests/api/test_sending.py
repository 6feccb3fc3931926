"""`…/send/`: the mail that the page proposes, or another; queued once per key, to whom and with what is asked."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine

from activity.models import Event
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from documents.services import annexing
from sending import services
from sending.models import Message
from tests.api.conftest import ApiClient, pointers
from users.models import Company, User

PDF = b"%PDF-1.4 a certificate"

pytestmark = pytest.mark.usefixtures("waiting_tasks")


@pytest.fixture
def draft(api: ApiClient, dupont: Party) -> str:
    body = {"customer": str(dupont.pk), "lines": [{"description": "Entretien", "unit_price": "100"}]}
    return f"invoices/{api.send('invoices/', body).json()['id']}/"


@pytest.fixture
def issued(api: ApiClient, draft: str) -> str:
    """The address of an issued invoice; its customer has one e-mail address."""
    assert api.send(f"{draft}issue/").status_code == 200
    return draft


@pytest.fixture
def annexes(issued: str, company: Company, alice: User) -> dict[str, str]:
    """One that goes along, one that stays."""
    with company_scope(company.pk):
        document = Document.objects.get()
        return {
            name: str(annexing.add(document, content=PDF, filename=name, by=alice, send_along=along).pk)
            for name, along in (("rapport.pdf", True), ("interne.pdf", False))
        }


def mails(company: Company) -> list[Message]:
    with company_scope(company.pk):
        return list(Message.objects.order_by("id"))


def queued(company: Company) -> int:
    with company_scope(company.pk):
        return Event.objects.filter(action="sending.message.queued").count()


def test_without_a_wish_the_proposed_mail_is_queued(
    api: ApiClient, issued: str, annexes: dict[str, str], company: Company, alice: User
) -> None:
    with company_scope(company.pk):
        proposal = services.compose(Document.objects.get())
    answer = api.send(f"{issued}send/")
    assert answer.status_code == 200, answer.content
    [mail] = mails(company)
    assert (mail.to, mail.subject, mail.body) == ("compta@dupont.example", proposal.subject, proposal.body)
    assert (mail.language, mail.cc, mail.file_ids) == ("fr", [], [annexes["rapport.pdf"]])
    assert (mail.state, mail.created_by) == ("queued", alice)
    body = answer.json()
    told = body.pop("messages")
    assert [{name: row[name] for name in ("id", "to", "state")} for row in told] == [
        {"id": str(mail.pk), "to": "compta@dupont.example", "state": "queued"}
    ]
    assert (body, answer["ETag"]) == (api.read(issued).json(), api.read(issued)["ETag"])


def test_what_is_wished_is_sent(api: ApiClient, issued: str, annexes: dict[str, str], company: Company) -> None:
    wish = {
        "channel": "email",
        "to": ["Chef@dupont.example", "chef@DUPONT.example", "marie@dupont.example"],
        "cc": ["compta@dupont.example", "marie@dupont.example"],
        "subject": "  Votre facture ",
        "body": "Bonjour,\nVoici.",
        "attachments": [annexes["interne.pdf"]],
    }
    told = api.send(f"{issued}send/", wish).json()["messages"]
    assert [row["to"] for row in told] == ["Chef@dupont.example", "marie@dupont.example", "compta@dupont.example"]
    rows = mails(company)
    assert [str(row.pk) for row in rows] == [row["id"] for row in told]
    assert {(row.subject, row.body, tuple(row.file_ids)) for row in rows} == {
        ("Votre facture", "Bonjour,\nVoici.", (annexes["interne.pdf"],))
    }
    assert {(tuple(row.addressed_to), tuple(row.cc)) for row in rows} == {
        (("Chef@dupont.example", "marie@dupont.example"), ("compta@dupont.example",))
    }
    assert api.send(f"{issued}send/", {"attachments": []}).status_code == 200
    assert mails(company)[-1].file_ids == []


def test_a_credit_note_is_sent_in_its_own_words(api: ApiClient, issued: str, company: Company) -> None:
    note = api.send(f"{issued}credit/").json()
    number = api.send(f"credit-notes/{note['id']}/issue/").json()["number"]
    assert api.send(f"credit-notes/{note['id']}/send/").status_code == 200
    [mail] = mails(company)
    assert number in mail.subject
    assert mail.subject.startswith("Note de crédit")


def test_the_same_key_is_the_same_mail_today_and_in_a_year(api: ApiClient, issued: str, company: Company) -> None:
    wish = {"to": ["a@dupont.example", "b@dupont.example"]}
    first = api.send(f"{issued}send/", wish, Idempotency_Key="k-1")
    again = api.send(f"{issued}send/", wish, Idempotency_Key="k-1")
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    with time_machine.travel("2027-11-24 10:00+01:00"):
        late = api.send(f"{issued}send/", wish, Idempotency_Key="k-1")
        assert late.status_code == 200
        assert "Idempotent-Replayed" not in late  # the answer is forgotten, the mail is not
        assert late.json()["messages"] == first.json()["messages"]
    assert (len(mails(company)), queued(company)) == (2, 2)


def test_another_key_another_person_or_no_key_is_another_mail(
    api: ApiClient, bobs: ApiClient, issued: str, company: Company
) -> None:
    path = f"{issued}send/"
    for client, headers in (
        (api, {"Idempotency_Key": "k-1"}),
        (api, {"Idempotency_Key": "k-2"}),
        (bobs, {"Idempotency_Key": "k-1"}),
        (api, {}),
        (api, {}),
    ):
        assert client.send(path, **headers).status_code == 200
    assert len({mail.click_id for mail in mails(company)}) == 5
    assert queued(company) == 5


def test_a_draft_is_not_sent(api: ApiClient, draft: str, company: Company) -> None:
    answer = api.send(f"{draft}send/", {"to": ["a@dupont.example"]}, Idempotency_Key="k-1")
    assert (answer.status_code, pointers(answer)) == (409, [("", "draft")])
    assert mails(company) == []
    api.send(f"{draft}issue/")
    assert api.send(f"{draft}send/", {"to": ["a@dupont.example"]}, Idempotency_Key="k-1").status_code == 200


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"to": []}, [("/to", "required")]),
        ({"to": "a@dupont.example"}, [("/to", "not_a_list")]),
        ({"to": ["dupont"]}, [("/to/0", "invalid")]),
        ({"to": ["a@dupont.example", 7]}, [("/to/1", "invalid")]),
        ({"cc": ["a@dupont.example\nBcc: b@x.example"]}, [("/cc/0", "invalid")]),
        ({"to": [f"a{number}@dupont.example" for number in range(21)]}, [("/to", "max_length")]),
        (
            {
                "to": [f"a{number}@dupont.example" for number in range(20)],
                "cc": ["b@dupont.example"],
            },
            [("/to", "too_many")],
        ),
        ({"subject": ""}, [("/subject", "blank")]),
        ({"subject": "x" * 201}, [("/subject", "max_length")]),
        ({"subject": None}, [("/subject", "null")]),
        ({"body": " "}, [("/body", "blank")]),
        ({"body": "x" * 20_001}, [("/body", "max_length")]),
        ({"channel": "pigeon"}, [("/channel", "invalid_choice")]),
        ({"attachments": ["rapport.pdf"]}, [("/attachments/0", "invalid")]),
        ({"attachments": [str(uuid4()), str(uuid4())]}, [("/attachments/0", "unknown"), ("/attachments/1", "unknown")]),
        ({"bcc": ["a@dupont.example"]}, [("/bcc", "unknown_field")]),
    ],
)  # fmt: skip
def test_a_wrong_mail_is_not_queued(
    api: ApiClient, issued: str, company: Company, wish: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = api.send(f"{issued}send/", wish)
    assert (answer.status_code, pointers(answer)) == (422, expected)
    assert (mails(company), queued(company)) == ([], 0)


def test_annexes_of_another_document_and_the_printed_pdf_are_unknown(
    api: ApiClient, issued: str, annexes: dict[str, str], dupont: Party, company: Company, alice: User
) -> None:
    assert api.read(f"{issued}pdf/").status_code == 200
    other = api.send("invoices/", {"customer": str(dupont.pk)}).json()
    with company_scope(company.pk):
        printed = Document.objects.get(pk=issued.split("/")[1]).files.get(role="pdf")
        foreign = annexing.add(Document.objects.get(pk=other["id"]), content=PDF, filename="x.pdf", by=alice)
    wanted = [annexes["rapport.pdf"], str(foreign.pk), str(printed.pk)]
    answer = api.send(f"{issued}send/", {"attachments": wanted})
    assert (answer.status_code, pointers(answer)) == (
        422, [("/attachments/1", "unknown"), ("/attachments/2", "unknown")],
    )  # fmt: skip
    assert mails(company) == []


def test_annexes_that_are_too_large_together_are_refused(
    api: ApiClient, issued: str, company: Company, alice: User
) -> None:
    with company_scope(company.pk):
        document = Document.objects.get()
        for name in ("a.pdf", "b.pdf"):
            annexing.add(document, content=PDF.ljust(11 * 1024 * 1024), filename=name, by=alice)
    answer = api.send(f"{issued}send/")
    assert (answer.status_code, pointers(answer)) == (422, [("/attachments", "too_large")])
    assert mails(company) == []


def test_a_mail_without_an_address_needs_one(api: ApiClient, draft: str, dupont: Party, company: Company) -> None:
    api.change(f"customers/{dupont.pk}/", {"email": ""})
    assert api.send(f"{draft}issue/").status_code == 200
    answer = api.send(f"{draft}send/")
    assert (answer.status_code, pointers(answer)) == (422, [("/to", "required")])
    assert mails(company) == []
    assert api.send(f"{draft}send/", {"to": ["a@dupont.example"]}).status_code == 200


def test_only_who_may_write_invoices_sends_them(
    api: ApiClient, outsider: ApiClient, make_client: Any, issued: str, company: Company, alice: User
) -> None:
    path = f"{issued}send/"
    assert outsider.send(path).status_code == 404
    assert make_client(company, alice, scopes=["invoices:read", "payments:write"]).send(path).status_code == 403
    assert api.send(path, {}, If_Match='"stale"').status_code == 412
    assert mails(company) == []
