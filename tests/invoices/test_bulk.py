"""Many documents at once: what takes part and what is left out, the job, and what its page tells."""

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.http import HttpResponse
from django.test import Client

from activity import jobs
from activity.models import Job
from customers.models import Party
from documents import warnings
from documents.models import Document
from documents.services import drafting
from documents.services.drafting import LineInput
from invoices import bulk
from sending.models import Message
from tests.invoices.conftest import Sell
from users.models import Company, User

type Make = Callable[..., Document]


@pytest.fixture
def make(scope: Company, dupont: Party, alice: User) -> Make:
    """A draft of 100.00 without VAT."""

    def made(party: Party | None = dupont, **fields: Any) -> Document:
        lines = [LineInput("x", unit_price=Decimal(100))]
        return drafting.create("invoice", company=scope, party=party, by=alice, lines=lines, **fields)

    return made


def confirm(client: Client, query: str, *, click: Any = None, expected: int | None = None) -> HttpResponse:
    """Look at what would happen, say yes, and be on the page of the job."""
    address = f"/invoices/bulk/?{query}"
    seen = client.get(address).context["plan"].fits
    data = {"expected": seen if expected is None else expected, "click_id": click or uuid4()}
    return client.post(address, data)  # type: ignore[return-value]


def done(client: Client, query: str) -> HttpResponse:
    """The page of the job after it ran."""
    answer = confirm(client, query)
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.get(name=bulk.JOB)
    assert "hx-trigger" in client.get(answer["Location"]).content.decode()
    jobs.run(job.pk)
    return client.get(answer["Location"])  # type: ignore[return-value]


def left_out(client: Client, query: str) -> tuple[int, list[tuple[str, int]]]:
    plan = client.get(f"/invoices/bulk/?{query}").context["plan"]
    return plan.fits, [(str(reason), count) for reason, count in plan.left_out]


def test_issue_numbers_the_oldest_first_and_says_who_is_left_out(
    as_alice: Client, alice: User, make: Make, sell: Sell
) -> None:
    issued, first, second, nobodys, unpriced = sell("2026-11-02"), make(), make(), make(None), make()
    warnings.add(unpriced, "unknown_material", line=unpriced.lines.get(), name="Vanne")
    chosen = "&".join(f"id={one.pk}" for one in (second, first, issued, nobodys, unpriced))
    assert left_out(as_alice, f"action=issue&{chosen}") == (
        2,
        [
            ("Déjà émis.", 1),
            ("Aucun client n'est encore choisi.", 1),
            ("Certaines lignes n'ont pas encore de prix\xa0: émettez-les un à un.", 1),
        ],
    )
    page = done(as_alice, f"action=issue&{chosen}")
    assert page.context["job"].result == {"done": 2, "problems": []}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.sequence_number, second.sequence_number) == (2, 3)
    assert Document.objects.drafts().count() == 2


def test_what_cannot_be_issued_is_told_and_keeps_nothing_back(
    as_alice: Client, scope: Company, make: Make, dupont: Party
) -> None:
    empty = drafting.create("invoice", company=scope, party=dupont, by=None, lines=[])
    good = make()
    page = done(as_alice, "action=issue&all=yes&state=draft")
    assert page.context["job"].result == {
        "done": 1,
        "problems": [
            {
                "label": "Brouillon Boulangerie Dupont SRL",
                "url": empty.get_absolute_url(),
                "reason": "Ajoutez au moins une ligne avant d'émettre.",
            }
        ],
    }
    assert empty.get_absolute_url() in page.content.decode()
    good.refresh_from_db()
    assert not good.is_draft


def test_a_job_that_runs_twice_issues_once(as_alice: Client, make: Make) -> None:
    draft = make()
    done(as_alice, f"action=issue&id={draft.pk}")
    job = jobs.enqueue(bulk.JOB, company_id=draft.company_id, key=Job.objects.get(name=bulk.JOB).key, again=True)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.result == {"done": 1, "problems": []}
    assert Document.objects.issued().count() == 1


def test_the_filter_selects_across_pages_and_a_change_in_between_is_seen(as_alice: Client, make: Make) -> None:
    for _number in range(3):
        make(reference="BC-1")
    make(reference="other")
    query = "action=issue&all=yes&q=BC-1"
    assert left_out(as_alice, query) == (3, [])
    make(reference="BC-1")
    answer = confirm(as_alice, query, expected=3)
    assert answer.status_code == 422
    assert not Job.objects.filter(name=bulk.JOB).exists()
    assert Document.objects.issued().count() == 0


def test_one_click_is_one_job(as_alice: Client, make: Make) -> None:
    draft, click = make(), uuid4()
    first, second = (confirm(as_alice, f"action=issue&id={draft.pk}", click=click) for _turn in range(2))
    assert first["Location"] == second["Location"]
    assert Job.objects.filter(name=bulk.JOB).count() == 1


def test_send_goes_to_each_customer_once(as_alice: Client, scope: Company, make: Make, sell: Sell) -> None:
    silent = Party.objects.create(company=scope, number="C00002", name="Zeezicht", name_key="z", is_company=False)
    wanted, mute = sell("2026-11-02"), sell("2026-11-03", party=silent)
    draft = make()
    chosen = "&".join(f"id={one.pk}" for one in (wanted, mute, draft))
    assert left_out(as_alice, f"action=send&{chosen}") == (
        1,
        [("Brouillons\xa0: émettez-les d'abord.", 1), ("Le client n'a pas d'adresse e-mail.", 1)],
    )
    assert done(as_alice, f"action=send&{chosen}").context["job"].result == {"done": 1, "problems": []}
    assert [(mail.document_id, mail.to) for mail in Message.objects.all()] == [(wanted.pk, "compta@dupont.example")]
    assert left_out(as_alice, f"action=send&id={wanted.pk}") == (0, [("Déjà envoyés, ou sur le point de partir.", 1)])


def test_pdfs_come_as_one_zip_or_one_file(as_alice: Client, as_bob: Client, sell: Sell) -> None:
    first, second = sell("2026-11-02"), sell("2026-11-03")
    page = done(as_alice, "action=zip&all=yes")
    file = page.context["job"].result["file"]
    assert re.fullmatch(r"factures-\d{4}-\d{2}-\d{2}\.zip", file["name"])
    answer = as_bob.get(f"{page.request['PATH_INFO']}file/")  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [f"{first.number}.pdf", f"{second.number}.pdf"]
        assert archive.testzip() is None
    Job.objects.filter(name=bulk.JOB).delete()
    page = done(as_alice, "action=merged&all=yes")
    answer = as_alice.get(f"{page.request['PATH_INFO']}file/")  # type: ignore[attr-defined]
    with pikepdf.open(io.BytesIO(answer.content)) as whole:
        assert len(whole.pages) == 2


def test_the_csv_has_a_row_for_each_and_runs_nothing(as_alice: Client, sell: Sell, make: Make) -> None:
    invoice = sell("2026-11-02", "1234.50", reference="=1+1")
    make()
    page = done(as_alice, "action=csv&all=yes")
    answer = as_alice.get(f"{page.request['PATH_INFO']}file/")  # type: ignore[attr-defined]
    header, *rows = answer.content.decode("utf-8-sig").splitlines()
    assert header.startswith("Numéro;Statut;Date;Échéance;")
    assert len(rows) == 2
    assert (
        f"{invoice.number};Émise;02/11/2026;02/12/2026;C00001;Boulangerie Dupont SRL;BE0403019261;'=1+1;"
        "1234,50;259,25;1493,75;1493,75;EUR;012/6000/00108"
    ) in "\n".join(rows)


def test_too_many_are_refused_with_a_way_out(as_alice: Client, sell: Sell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bulk.ACTIONS, "zip", dataclasses.replace(bulk.ZIP, most=1))
    sell("2026-11-02")
    sell("2026-11-03")
    assert as_alice.get("/invoices/bulk/?action=zip&all=yes").context["plan"].is_too_many
    assert confirm(as_alice, "action=zip&all=yes").status_code == 422
    assert not Job.objects.filter(name=bulk.JOB).exists()


@pytest.mark.parametrize("query", ["", "action=nonsense", "action=%00"])
def test_an_action_that_is_none_is_not_found(as_alice: Client, query: str) -> None:
    assert as_alice.get(f"/invoices/bulk/?{query}").status_code == 404


def test_nothing_selected_offers_only_the_way_back(as_alice: Client, make: Make) -> None:
    make()
    page = as_alice.get("/invoices/bulk/?action=issue&id=x&id=%00")
    assert page.context["plan"].fits == 0
    assert "expected" not in page.content.decode()


def test_nobody_else_reaches_the_job_or_selects_the_documents(
    as_alice: Client, client: Client, charlie: User, sell: Sell
) -> None:
    invoice = sell("2026-11-02")
    page = done(as_alice, "action=zip&all=yes")
    client.force_login(charlie)
    path = page.request["PATH_INFO"]  # type: ignore[attr-defined]
    assert [client.get(url).status_code for url in (path, f"{path}file/")] == [404, 404]
    assert client.get(f"/invoices/bulk/?action=zip&id={invoice.pk}").context["plan"].fits == 0
