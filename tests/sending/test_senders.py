"""The sender of a company's mails: its name, where answers go, and who gets a copy that others see or do not see."""

from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from activity.models import Event
from core.errors import Refused
from core.tenancy import company_scope
from documents.models import Document
from sending import senders, services
from sending.models import Message, Sender
from tests.sending.test_services import issued, outbox, queue, run  # noqa: F401 - fixtures
from users.models import Company, User

pytestmark = pytest.mark.django_db
PAGE = "/settings/mail-sender/"
TYPED = {
    "name": "Frigotech – facturation",
    "reply_to": "compta@frigotech.example",
    "cc": "chef@frigotech.example",
    "bcc": "archive@frigotech.example; Archive@frigotech.example, boite@frigotech.example",
}


@pytest.fixture
def chosen(as_alice: Client, scope: Company) -> Sender:
    """The sender as Alice types it on the page."""
    answer = as_alice.post(PAGE, TYPED)
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    return Sender.objects.get()


def test_what_is_typed_is_kept_tidily(chosen: Sender, as_alice: Client) -> None:
    assert (chosen.name, chosen.reply_to) == ("Frigotech – facturation", "compta@frigotech.example")
    assert chosen.cc == ["chef@frigotech.example"]
    assert chosen.bcc == ["archive@frigotech.example", "boite@frigotech.example"]
    assert 'value="archive@frigotech.example, boite@frigotech.example"' in as_alice.get(PAGE).content.decode()
    as_alice.post(PAGE, {**TYPED, "bcc": "", "name": ""})
    assert (Sender.objects.get().bcc, Sender.objects.get().shown_name) == ([], "Frigotech SRL")
    assert Event.objects.filter(action="sending.sender.changed").count() == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "x" * 101), ("reply_to", "nobody"), ("cc", "a@b.example, c@"), ("bcc", "c@"),
        ("cc", " ".join(f"p{number}@b.example" for number in range(6))),
    ],
)  # fmt: skip
def test_what_is_wrong_says_so_at_its_field_and_saves_nothing(
    as_alice: Client, scope: Company, name: str, value: str
) -> None:
    answer = as_alice.post(PAGE, {**TYPED, name: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [name]
    assert not Sender.objects.exists()


@pytest.mark.parametrize("name", ["a\x07b", "a\x00b"])
def test_a_name_that_cannot_be_printed_is_refused(scope: Company, alice: User, name: str) -> None:
    with pytest.raises(Refused) as caught:
        senders.change(scope, name=name, reply_to="", cc=[], bcc=[], by=alice)
    assert caught.value.pointer == "/name"
    assert not Sender.objects.exists()


def test_a_mail_leaves_under_that_name_and_hides_the_hidden(
    chosen: Sender,
    issued: Document,  # noqa: F811
    alice: User,
    outbox: Path,  # noqa: F811
) -> None:
    proposal = services.compose(issued)
    rows = queue(issued, alice, cc=proposal.cc, bcc=[*proposal.bcc, "Chef@frigotech.example"])
    assert [row.to for row in rows] == [
        "compta@dupont.example",
        "chef@frigotech.example",
        "archive@frigotech.example",
        "boite@frigotech.example",
    ]
    for row in (rows[0], rows[2]):
        run(row)
        mail = message_from_bytes((outbox / f"{row.pk}.eml").read_bytes(), policy=policy.default)
        assert mail["From"].addresses[0].display_name == "Frigotech – facturation"
        assert mail["From"].addresses[0].addr_spec == "invoices@efactori.example"
        assert mail["Reply-To"] == "compta@frigotech.example"
        assert (mail["To"], mail["Cc"]) == ("compta@dupont.example", "chef@frigotech.example")
        assert mail["Bcc"] is None
    assert "archive@" not in (outbox / f"{rows[0].pk}.eml").read_text()


def test_the_mail_page_shows_the_sender_and_proposes_the_copies(
    chosen: Sender,
    as_bob: Client,
    as_alice: Client,
    issued: Document,  # noqa: F811
) -> None:
    page = as_bob.get(f"/documents/{issued.pk}/send/")
    words = page.content.decode()
    assert "Frigotech – facturation" in words
    assert "compta@frigotech.example" in words
    assert PAGE not in words  # only an owner may change it
    assert f'href="{PAGE}"' in as_alice.get(f"/documents/{issued.pk}/send/").content.decode()
    form: Any = page.context["form"]
    typed = {name: form[name].value() for name in ("click_id", "to", "cc", "bcc", "subject", "body")}
    as_bob.post(f"/documents/{issued.pk}/send/", typed)
    assert list(Message.objects.order_by("created_at", "pk").values_list("to", flat=True)) == [
        "compta@dupont.example",
        "chef@frigotech.example",
        "archive@frigotech.example",
        "boite@frigotech.example",
    ]


def test_another_company_has_its_own(chosen: Sender, other_company: Company, as_bob: Client) -> None:
    with company_scope(other_company.pk):
        assert senders.of(other_company).shown_name == "Polar BV"
    assert as_bob.get(PAGE).status_code == 403
    assert as_bob.post(PAGE, {**TYPED, "name": "x"}).status_code == 403
    assert Sender.objects.get().name == "Frigotech – facturation"
