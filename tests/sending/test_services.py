"""Mails: composed in the customer's language, queued once per click, taken by a real SMTP server or refused by it."""

from collections.abc import Iterator
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from activity import jobs
from activity.models import Event, Job
from core.errors import Conflict, Refused
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from documents.services import annexing, drafting, issuing
from documents.services.drafting import LineInput
from sending import services, texts
from sending.models import Message
from tests.sending.smtp_server import Server
from users.models import Company, User

PDF = b"%PDF-1.4 a certificate"


@pytest.fixture
def issued(scope: Company, dupont: Party, alice: User, django_capture_on_commit_callbacks: object) -> Document:
    with time_machine.travel("2026-11-24 10:00+01:00"):
        draft = drafting.create(
            "invoice",
            company=scope,
            party=dupont,
            by=alice,
            lines=[LineInput(description="Entretien", unit_price=Decimal("100"))],
            internal_note="client mauvais payeur",
        )
        return issuing.issue(draft, by=alice)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Path]:
    mailer = {"BACKEND": "sending.backends.OutboxBackend", "OPTIONS": {"folder": str(tmp_path / "outbox")}}
    with override_settings(MAILERS={"default": mailer}):
        yield tmp_path / "outbox"


@pytest.fixture
def smtp() -> Iterator[Server]:
    server = Server()
    options = {"host": "127.0.0.1", "port": server.port, "timeout": 5}
    with override_settings(
        MAILERS={"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    ):
        yield server
    server.shutdown()
    server.server_close()


def queue(document: Document, by: User, **changes: object) -> list[Message]:
    values = {
        "to": ["compta@dupont.example"],
        "subject": "Facture",
        "body": "Bonjour,\n\nVoici.",
        "click_id": "click-1",
        **changes,
    }
    return services.queue(document, by=by, **values)  # type: ignore[arg-type]


def run(message: Message) -> Job:
    """Run the message's job now, whatever its waiting time."""
    row = Job.objects.filter(key__startswith=f"send:{message.pk}").order_by("created_at").last()
    assert row is not None
    Job.objects.filter(pk=row.pk).update(run_after=timezone.now())
    jobs.run(row.pk)
    row.refresh_from_db()
    message.refresh_from_db()
    return row


def actions(document: Document) -> list[str]:
    found = Event.objects.about(document).filter(action__startswith="sending.")
    return list(found.values_list("action", flat=True))


def test_compose_writes_in_the_customers_language_with_the_ticked_annexes(issued: Document, alice: User) -> None:
    kept = annexing.add(issued, content=PDF, filename="rapport.pdf", by=alice)
    annexing.add(issued, content=PDF, filename="interne.pdf", by=alice, send_along=False)
    proposal = services.compose(issued)
    assert proposal.to == ("compta@dupont.example",)
    assert proposal.subject == "Facture 2026-0001 de Frigotech SRL"
    assert proposal.files == (kept,)
    assert proposal.body == (
        "Bonjour,\n\nVous trouverez en annexe notre facture 2026-0001 d'un montant de 121,00\u00a0€.\n"
        "Merci de la régler au plus tard le 24/12/2026 sur le compte BE68 5390 0754 7034, avec la communication "
        f"{_communication(issued)}.\n\nBien à vous,\nFrigotech SRL"
    )


def _communication(document: Document) -> str:
    digits = document.structured_message
    return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"


def test_a_value_is_never_read_as_a_tag_and_an_unknown_tag_stays(issued: Document, scope: Company, alice: User) -> None:
    texts.change(scope, issued.declaration, language="fr", subject="%number%", body="%company%", by=alice)
    scope.name = "%iban%\r\nBcc: x@y.example"
    issued.company = scope
    proposal = services.compose(issued)
    assert (proposal.subject, proposal.body) == ("2026-0001", "%iban%\r\nBcc: x@y.example")


def test_an_unknown_tag_is_refused_and_nothing_is_kept(issued: Document, scope: Company, alice: User) -> None:
    with pytest.raises(Refused) as refusal:
        texts.change(scope, issued.declaration, language="fr", subject="Facture", body="Bonjour %prenom%", by=alice)
    assert (refusal.value.code, refusal.value.pointer) == ("unknown_tag", "/body")
    assert texts.of(issued.declaration, "fr") == texts.built_in(issued.declaration, "fr")


def test_the_outbox_keeps_one_file_with_text_html_and_attachments(issued: Document, alice: User, outbox: Path) -> None:
    annex = annexing.add(issued, content=PDF, filename="Certificat d'étanchéité.pdf", by=alice)
    [message] = queue(issued, alice, cc=["chef@dupont.example"], file_ids=[annex.pk])[:1]
    run(message)
    assert (message.state, message.error) == ("sent", "")
    mail = message_from_bytes((outbox / f"{message.pk}.eml").read_bytes(), policy=policy.default)
    assert mail["From"] == "Frigotech SRL <invoices@efactori.example>"
    assert mail["Reply-To"] == "facturation@frigotech.example"
    assert (mail["To"], mail["Cc"]) == ("compta@dupont.example", "chef@dupont.example")
    assert mail["Message-ID"] == f"<{message.pk}@efactori.example>"
    assert mail.get_body(("plain",)).get_content() == "Bonjour,\r\n\r\nVoici.\r\n"
    assert "<p>Bonjour,</p>" in mail.get_body(("html",)).get_content()
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["2026-0001.pdf", "Certificat d'étanchéité.pdf"]
    assert "mauvais payeur" not in mail.as_string()
    assert actions(issued) == ["sending.message.queued", "sending.message.queued", "sending.message.sent"]


def test_each_recipient_gets_one_message_and_one_click_sends_once(issued: Document, alice: User) -> None:
    wanted = {"to": ["a@x.example", "A@x.example "], "cc": ["b@x.example", "a@x.example"]}
    first = queue(issued, alice, **wanted)
    again = queue(issued, alice, **wanted)
    assert [message.to for message in first] == ["a@x.example", "b@x.example"]
    assert [message.pk for message in again] == [message.pk for message in first]
    assert Message.objects.count() == 2
    assert Job.objects.filter(name="sending.deliver").count() == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"to": []}, "/to"),
        ({"to": ["a@x.example\r\nBcc: b@x.example"]}, "/to"),
        ({"to": ["nobody"]}, "/to"),
        ({"cc": ["b@"]}, "/cc"),
        ({"subject": "Facture\r\nBcc: b@x.example"}, "/subject"),
        ({"subject": " "}, "/subject"),
        ({"body": ""}, "/body"),
        ({"click_id": ""}, "/click_id"),
    ],
)
def test_a_bad_mail_is_refused_and_nothing_is_queued(
    issued: Document, alice: User, change: dict[str, object], pointer: str
) -> None:
    with pytest.raises(Refused) as refusal:
        queue(issued, alice, **change)
    assert refusal.value.pointer == pointer
    assert Message.objects.count() == 0
    assert actions(issued) == []


def test_an_annex_of_another_document_is_refused(issued: Document, dupont: Party, scope: Company, alice: User) -> None:
    other = drafting.create("invoice", company=scope, party=dupont, by=alice)
    foreign = annexing.add(other, content=PDF, filename="autre.pdf", by=alice)
    with pytest.raises(Refused) as refusal:
        queue(issued, alice, file_ids=[foreign.pk])
    assert refusal.value.code == "unknown_file"
    assert Message.objects.count() == 0


def test_a_draft_is_not_sent(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice)
    with pytest.raises(Conflict):
        queue(draft, alice)
    assert Message.objects.count() == 0


def test_a_temporary_refusal_is_retried_and_the_mail_arrives_once(issued: Document, alice: User, smtp: Server) -> None:
    smtp.answers = ["451 try later"]
    [message] = queue(issued, alice)
    row = run(message)
    assert (row.state, message.state, message.handed_at) == ("queued", "queued", None)
    assert "451 try later" in message.error
    assert smtp.taken == []
    row = run(message)
    assert (row.state, message.state, message.error, message.attempts) == ("done", "sent", "", 2)
    [(recipients, mail)] = smtp.taken
    assert recipients == ["compta@dupont.example"]
    assert mail["Message-ID"] == f"<{message.pk}@efactori.example>"
    assert run(message).attempts == 2
    assert len(smtp.taken) == 1


def test_a_refusal_for_good_fails_and_a_person_may_try_again(issued: Document, alice: User, smtp: Server) -> None:
    smtp.answers = ["550 no such user"]
    [message] = queue(issued, alice)
    row = run(message)
    assert (row.state, message.state) == ("failed", "failed")
    assert "550 no such user" in message.error
    assert smtp.taken == []
    Job.objects.update(state="running")  # the job that failed may still be ending
    services.try_again(message, by=alice)
    run(message)
    assert message.state == "sent"
    assert len(smtp.taken) == 1
    assert actions(issued) == [
        "sending.message.queued",
        "sending.message.failed",
        "sending.message.requeued",
        "sending.message.sent",
    ]
    with pytest.raises(Conflict):
        services.try_again(message, by=alice)


def test_the_last_temporary_refusal_fails(issued: Document, alice: User, smtp: Server) -> None:
    smtp.answers = ["451 try later"] * 8
    [message] = queue(issued, alice)
    states = [run(message).state for _attempt in range(8)]
    assert states == ["queued"] * 7 + ["failed"]
    assert message.state == "failed"
    assert smtp.taken == []


def test_a_server_that_cannot_be_reached_is_tried_again(issued: Document, alice: User, smtp: Server) -> None:
    smtp.shutdown()
    smtp.server_close()
    [message] = queue(issued, alice)
    row = run(message)
    assert (row.state, message.state, message.handed_at) == ("queued", "queued", None)


def test_a_line_that_breaks_after_the_last_dot_is_never_sent_again_by_itself(
    issued: Document, alice: User, smtp: Server
) -> None:
    smtp.hang_up = True
    [message] = queue(issued, alice)
    row = run(message)
    assert (row.state, message.state) == ("failed", "failed")
    assert len(smtp.taken) == 1


def test_a_worker_that_died_while_handing_over_is_not_repeated(issued: Document, alice: User, smtp: Server) -> None:
    [message] = queue(issued, alice)
    Message.objects.filter(pk=message.pk).update(handed_at=timezone.now())
    row = run(message)
    assert (row.state, message.state) == ("failed", "failed")
    assert smtp.taken == []


def test_messages_are_out_of_reach_for_another_company(issued: Document, alice: User, other_company: Company) -> None:
    queue(issued, alice)
    with company_scope(other_company.pk):
        assert Message.objects.count() == 0
