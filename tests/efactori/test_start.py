"""The start page: exact figures, each the sum of the list that it leads to; first steps; nothing of another company."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from branding.models import Theme
from core import panels
from core.tenancy import company_scope
from customers.models import Party
from documents import warnings
from documents.models import Document
from documents.services import crediting, drafting, issuing
from documents.services.drafting import LineInput
from integrations.models import Connection, ConnectionState, HookState, InboundHook
from payments.services import recording
from products.models import Product
from tests.invoices.conftest import Sell, hotel, sell
from users.models import Company, Membership, User

__all__ = ["hotel", "sell"]
D = Decimal
TODAY = date(2026, 11, 24)
STEPS = ["building-2", "image", "users", "package", "receipt-text", "plug"]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(f"{TODAY} 10:00+01:00", tick=False):
        yield


@pytest.fixture
def business(sell: Sell, dupont: Party, hotel: Party, alice: User) -> None:
    """Two years of it: paid, partly paid, credited, late by every age, drafts with and without a warning."""
    old = sell("2025-02-03", "1000.00")
    recording.record(old, amount=old.total_gross, by=alice)
    forgotten = sell("2025-11-24", "50.00", party=hotel)
    last = sell("2025-11-25", "300.00")
    recording.record(last, amount=last.total_gross, by=alice)
    paid = sell("2026-01-10", "800.00")
    recording.record(paid, amount=paid.total_gross, by=alice)
    late_90 = sell("2026-08-01", "100.00", party=hotel)
    late_60 = sell("2026-09-10", "200.00")
    late_30 = sell("2026-10-20", "400.00", party=hotel)
    recording.record(late_30, amount=D("84.00"), by=alice)
    credited = sell("2026-11-02", "60.00")
    sell("2026-11-24", "10.00")
    assert (forgotten.due_date, late_90.due_date) == (date(2025, 12, 24), date(2026, 8, 31))
    assert (late_60.due_date, late_30.due_date) == (date(2026, 10, 10), date(2026, 11, 19))
    line = credited.lines.get()
    issuing.issue(crediting.credit(credited, by=alice, quantities={line.pk: D(50)}), by=alice)
    of_paid = paid.lines.get()
    issuing.issue(crediting.credit(paid, by=alice, quantities={of_paid.pk: D(25)}), by=alice)
    drafting.create("invoice", company=dupont.company, party=dupont, by=alice, lines=[LineInput("y", unit_price=D(7))])
    waiting = drafting.create("invoice", company=dupont.company, party=hotel, by=alice, lines=[LineInput("z")])
    warnings.add(waiting, "unknown_material", line=waiting.lines.get(), name="Vanne")
    warnings.add(waiting, "missing_vat_rate")


def words_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def links(page: HttpResponse) -> dict[str, str]:
    """What each link of the page's body says, by its address; the last one wins, as all say the same."""
    body = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', body, re.DOTALL)
    return {
        unescape(url): re.sub(r"[ \n]+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip() for url, text in found
    }


@pytest.mark.usefixtures("business")
def test_every_amount_is_the_sum_of_the_list_behind_it(as_alice: Client) -> None:
    shown = links(as_alice.get("/"))
    columns = {"/sales-journal/": "net", "/invoices/": "open", "/credit-notes/": "open"}
    checked = 0
    for url, text in shown.items():
        path = url.split("?")[0]
        amounts = re.findall(r"−?\d[\d\u00a0]*,\d\d(?=\u00a0€)", text)
        if path not in columns or not amounts or "state=draft" in url:
            continue
        amount = D(amounts[-1].replace("\u00a0", "").replace(",", ".").replace("−", "-"))
        assert as_alice.get(f"{url}&sums=yes").context["sums"][columns[path]] == amount, (url, text)
        checked += 1
    assert checked == 37


@pytest.mark.usefixtures("business")
def test_the_counts_are_those_of_the_lists(as_alice: Client) -> None:
    shown = links(as_alice.get("/"))
    for url, count in {
        "/invoices/?state=open": 6,
        "/invoices/?state=overdue": 4,
        "/invoices/?state=not_due": 2,
        "/invoices/?state=late_30": 1,
        "/invoices/?state=late_60": 1,
        "/invoices/?state=late_90": 1,
        "/invoices/?state=late_more": 1,
        "/invoices/?state=draft": 2,
    }.items():
        assert as_alice.get(f"{url}&sums=yes").context["sums"]["count"] == count
        assert re.search(rf"\b{count}\b", shown[url]), (url, shown[url])


@pytest.mark.usefixtures("business")
def test_the_turnover_is_told_in_words(as_alice: Client) -> None:
    words = words_of(as_alice.get("/"))
    # 800 + 100 + 200 + 400 + 60 + 10, less credited 30 and 200; a year ago 1000 + 50
    assert "1 340,00 €" in words.replace("\u00a0", " ")
    assert "290,00 €" in words.replace("\u00a0", " ")
    assert "28 %" in words.replace("\u00a0", " ")


@pytest.mark.usefixtures("business")
def test_who_owes_most_leads_to_their_late_invoices(as_alice: Client, hotel: Party, dupont: Party) -> None:
    shown = links(as_alice.get("/"))
    of_hotel, of_dupont = (f"/invoices/?state=overdue&customer={party.pk}" for party in (hotel, dupont))
    assert shown[of_hotel].replace("\u00a0", " ") == "Hôtel Astrid 3 581,50 €"
    assert shown[of_dupont].replace("\u00a0", " ") == "Boulangerie Dupont SRL 1 242,00 €"
    assert as_alice.get(f"{of_hotel}&sums=yes").context["sums"]["open"] == D("581.50")


@pytest.mark.usefixtures("business")
def test_a_draft_to_check_shows_its_first_point_and_cure(as_alice: Client, hotel: Party) -> None:
    page = as_alice.get("/")
    draft = Document.objects.get(party=hotel, state="draft")
    shown = links(page)
    assert "Vanne" in words_of(page)
    assert draft.get_absolute_url() in shown
    assert reverse("work_orders:cure", args=[draft.pk, draft.warnings.order_by("created_at", "id")[0].pk]) in shown
    assert [row.pk for row in as_alice.get("/invoices/?state=to_check").context["page_obj"]] == [draft.pk]


@pytest.mark.usefixtures("business")
def test_the_queries_do_not_grow(
    as_alice: Client, sell: Sell, dupont: Party, alice: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(21) as captured:
        as_alice.get("/")
    for number in range(4):
        party = Party.objects.create(
            company=dupont.company, number=f"D{number}", name=f"Klant {number}", name_key=f"k{number}",
            street="x", postal_code="1000", city="x",
        )  # fmt: skip
        sell("2026-11-24", "10.00", party=party, payment_term_days=0)
        draft = drafting.create("invoice", company=dupont.company, party=party, by=alice, lines=[LineInput("z")])
        warnings.add(draft, "customer_differs", fields={"city": "y"})
    with time_machine.travel("2026-12-20 10:00+01:00", tick=False):
        as_alice.force_login(alice)
        with django_assert_num_queries(len(captured)):
            as_alice.get("/")


def test_an_empty_company_is_shown_its_first_steps(as_alice: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(iban="")
    page = as_alice.get("/")
    assert steps(page) == dict.fromkeys(STEPS, False)
    assert "0 sur 6" in words_of(page) or "0 of 6" in words_of(page)
    assert "/sales-journal/?period=2026-11" not in links(page)
    assert "invoices/start_receivables.html" not in {template.name for template in page.templates}


def steps(page: HttpResponse) -> dict[str, bool]:
    """The steps by their icon, and whether each is done."""
    contexts = [part for part in page.context if "steps" in part]  # type: ignore[union-attr]
    return {step.icon: is_done for step, is_done in contexts[0]["steps"]} if contexts else {}


def test_the_steps_tick_themselves_off_and_then_disappear(
    as_alice: Client, scope: Company, sell: Sell, products: dict[str, Product]
) -> None:
    assert steps(as_alice.get("/")) == dict(zip(STEPS, [True, False, True, True, False, False], strict=True))
    Theme.objects.create(company=scope, name="x", is_default=True, logo_key="logo")
    sell("2026-11-24", "10.00")
    connection = Connection.objects.create(company=scope, provider="climapulse", state=ConnectionState.DISCONNECTED)
    assert steps(as_alice.get("/")) == dict(zip(STEPS, [True] * 5 + [False], strict=True))
    Connection.objects.filter(pk=connection.pk).update(state=ConnectionState.CONNECTED)
    assert steps(as_alice.get("/")) == {}


def test_every_step_leads_to_a_page(as_alice: Client, company: Company) -> None:
    page = as_alice.get("/")
    urls = [step.url for step, _done in next(part for part in page.context if "steps" in part)["steps"]]  # type: ignore[union-attr]
    assert [as_alice.get(url).status_code for url in urls] == [200] * 6


def test_who_is_no_owner_sees_the_steps_that_are_theirs(as_bob: Client, company: Company) -> None:
    assert steps(as_bob.get("/")) == {"users": False, "package": False, "receipt-text": False}


def test_the_steps_are_sent_away_by_each_person_for_one_company(
    as_alice: Client, as_bob: Client, company: Company, other_company: Company, alice: User
) -> None:
    with company_scope(other_company.pk):
        Membership.objects.create(company=other_company, user=alice, role="owner")
    answer = as_alice.post("/start/first-steps/dismiss/")
    assert answer.headers["Location"] == "/"
    assert steps(as_alice.get("/")) == {}
    assert steps(as_bob.get("/")) != {}
    as_alice.post(f"/switch-company/{other_company.pk}/")
    assert steps(as_alice.get("/")) != {}
    assert as_alice.get("/start/first-steps/dismiss/").status_code == 405


def test_received_work_orders_are_counted_as_their_list_shows_them(as_alice: Client, scope: Company) -> None:
    connection = Connection.objects.create(company=scope, provider="climapulse")
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    rows = [
        (HookState.PROCESSED, now), (HookState.PROCESSED, datetime(2026, 10, 31, 23, 30, tzinfo=UTC)),
        (HookState.PROCESSED, datetime(2026, 10, 31, 22, 30, tzinfo=UTC)), (HookState.FAILED, now - timedelta(days=90)),
        (HookState.WAITING, now), (HookState.WAITING, now), (HookState.REFUSED, now),
    ]  # fmt: skip
    for number, (state, at) in enumerate(rows):
        InboundHook.objects.create(
            company=scope, connection=connection, message_id=f"m{number}", body=b"{}", state=state, received_at=at
        )
    shown = links(as_alice.get("/"))
    for url, count in {
        "/work-orders/received/?state=processed&period=month": 2,
        "/work-orders/received/?state=waiting": 2,
        "/work-orders/received/?state=failed": 1,
    }.items():
        assert shown[url].endswith(f" {count}")
        assert as_alice.get(url).context["page_obj"].paginator.count == count
    assert as_alice.get("/work-orders/received/").context["page_obj"].paginator.count == 7


@pytest.mark.usefixtures("business")
def test_an_outsider_sees_their_own_empty_company(as_charlie: Client, charlie: User) -> None:
    words = words_of(as_charlie.get("/"))
    assert "Dupont" not in words
    assert "Astrid" not in words
    assert not re.search(r"[1-9]\d*,\d\d", words)


def test_a_stranger_is_sent_to_sign_in(client: Client, company: Company) -> None:
    assert client.get("/").headers["Location"].startswith("/sign-in/")
    assert client.post("/start/first-steps/dismiss/").headers["Location"].startswith("/sign-in/")


def test_the_ledger_is_right_after_all_that(business: None, company: Company) -> None:
    call_command("check_ledger")


def test_a_panel_with_nothing_to_show_takes_no_room(rf: Any) -> None:
    place = "start.test"
    panels.declare(panels.Panel(place, 1, "components/mark.html", lambda _request, _obj: None))
    assert panels.render(place, rf.get("/"), None) == []
