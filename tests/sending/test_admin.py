"""The operator sees mails and documents of every company and changes none of them."""

import pytest
from django.test import Client

from customers.models import Party
from documents.models import Document
from documents.services import drafting
from sending.models import Message
from users.models import Company, User


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@efactori.example", "correct horse"))
    return client


def test_the_operator_reads_and_changes_nothing(operator: Client, scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice)
    message = Message.objects.create(
        company=scope, document=draft, click_id="c", to="a@b.example", subject="s", body="b"
    )
    for address in (
        "documents/document",
        "documents/file",
        "documents/series",
        "sending/message",
        "sending/messagetext",
    ):
        assert operator.get(f"/admin/{address}/").status_code == 200
        assert operator.get(f"/admin/{address}/add/").status_code == 403
    for address in (f"documents/document/{draft.pk}", f"sending/message/{message.pk}"):
        assert operator.get(f"/admin/{address}/change/").status_code == 200
        assert operator.post(f"/admin/{address}/change/", {"reference": "x"}).status_code == 403
        assert operator.post(f"/admin/{address}/delete/", {"post": "yes"}).status_code == 403
    assert Document.objects.get(pk=draft.pk).reference == ""
    assert Message.objects.count() == 1
