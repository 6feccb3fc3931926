"""Public links: one at a time, open for 180 days, closed for good, and a visit counted once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from activity.models import Event
from core.errors import Conflict
from customers.models import Party
from documents import tags
from documents.models import Document
from documents.services import drafting
from sharing import services
from sharing.models import PublicLink
from users.models import Company, User


def actions(document: Document) -> list[str]:
    return [event.action for event in Event.objects.about(document) if event.action.startswith("sharing.")]


def test_a_link_is_made_once_and_then_kept_open(issued: Document, alice: User) -> None:
    with time_machine.travel("2026-03-01 10:00+01:00", tick=False):
        first = services.share(issued, by=alice)
    with time_machine.travel("2026-04-01 10:00+02:00", tick=False):
        second = services.share(issued, by=alice)
    assert (second.pk, second.key, len(second.key)) == (first.pk, first.key, 32)
    assert timezone.localdate(first.expires_at).isoformat() == "2026-08-28"
    assert timezone.localdate(second.expires_at).isoformat() == "2026-09-28"
    assert first.url == f"http://testserver/shared/{first.key}/"
    assert actions(issued) == ["sharing.link.created", "sharing.link.renewed"]


def test_a_draft_has_no_link(scope: Company, dupont: Party, alice: User) -> None:
    draft = drafting.create("invoice", company=scope, party=dupont, by=alice)
    with pytest.raises(Conflict, match="Émettez le document avant"):
        services.share(draft, by=alice)
    assert PublicLink.objects.count() == 0


def test_a_closed_link_stays_closed_and_the_next_has_another_address(issued: Document, alice: User) -> None:
    first = services.share(issued, by=alice)
    services.withdraw(first, by=alice)
    services.withdraw(first, by=alice)
    second = services.share(issued, by=alice)
    first.refresh_from_db()
    assert (first.is_open, second.is_open) == (False, True)
    assert second.key != first.key
    assert actions(issued) == ["sharing.link.created", "sharing.link.withdrawn", "sharing.link.created"]


def test_loading_the_page_again_within_half_an_hour_is_one_visit(issued: Document, alice: User) -> None:
    link = services.share(issued, by=alice)
    start = timezone.now()
    for minutes in (0, 10, 30, 31, 45):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            link = services.view(link)
    assert link.views == 2
    assert link.viewed_at == start + timedelta(minutes=31)
    assert actions(issued) == ["sharing.link.created", "sharing.link.viewed", "sharing.link.viewed"]


def test_the_tag_of_mails_is_the_open_link_or_a_new_one(issued: Document, alice: User) -> None:
    text = tags.fill("Voir %link%", issued)
    link = PublicLink.objects.get()
    assert text == f"Voir http://testserver/shared/{link.key}/"
    assert tags.fill("%link%", issued) == link.url
    with time_machine.travel(link.expires_at + timedelta(days=1)):
        assert tags.fill("%link%", issued) == link.url
        assert PublicLink.objects.get().is_open
    assert actions(issued) == ["sharing.link.created", "sharing.link.renewed"]
