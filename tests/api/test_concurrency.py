"""Many clients at once: nobody fails, nothing is lost, no number is given twice."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from products.models import Product
from tests.api.conftest import ApiClient, token_for
from users.models import Company, User


def together(count: int, work: Callable[[int], None]) -> None:
    barrier = threading.Barrier(count)
    failures: list[BaseException] = []

    def run(index: int) -> None:
        try:
            barrier.wait()
            work(index)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[index]) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.django_db(transaction=True)
def test_sixteen_clients_create_products_without_a_failure(company: Company, alice: User) -> None:
    text = token_for(company, alice)
    answers: list[Any] = []

    def work(index: int) -> None:
        client = ApiClient(text)
        for round_ in range(3):
            key = f"{index}-{round_}"
            answers.append(client.send("products/", {"name": f"Produit {key}"}, Idempotency_Key=key))

    together(16, work)
    assert [answer.status_code for answer in answers] == [201] * 48
    with company_scope(company.pk):
        numbers = sorted(Product.objects.values_list("number", flat=True))
    assert numbers == [f"P{n:04d}" for n in range(1, 49)]


@pytest.mark.django_db(transaction=True)
def test_eight_clients_issue_without_a_gap(company: Company, alice: User) -> None:
    text = token_for(company, alice)
    with company_scope(company.pk):
        party = Party.objects.create(
            company=company, number="C1", name="Dupont", street="Rue", postal_code="1000", city="Bruxelles"
        )
    issued: list[Any] = []

    def work(index: int) -> None:
        client = ApiClient(text)
        lines = [{"description": f"L{n}", "unit_price": "10", "vat_rate": "21"} for n in range(3)]
        made = client.send("invoices/", {"customer": str(party.pk), "lines": lines})
        assert made.status_code == 201, made.content
        issued.append(client.send(f"invoices/{made.json()['id']}/issue/", Idempotency_Key=f"i-{index}"))

    together(8, work)
    assert [answer.status_code for answer in issued] == [200] * 8
    year = issued[0].json()["issue_date"][:4]
    assert sorted(answer.json()["number"] for answer in issued) == [f"{year}-{n:04d}" for n in range(1, 9)]
    with company_scope(company.pk):
        assert Document.objects.issued().count() == 8
        drafts = Document.objects.drafts().count()
    assert drafts == 0


@pytest.mark.django_db(transaction=True)
def test_two_changes_from_one_reading_let_one_through(company: Company, alice: User) -> None:
    text = token_for(company, alice)
    seen = ApiClient(text).send("products/", {"name": "Filtre"})
    answers: list[Any] = []

    def work(index: int) -> None:
        answers.append(ApiClient(text).change(seen["Location"], {"name": f"N{index}"}, If_Match=seen["ETag"]))

    together(6, work)
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412, 412]
