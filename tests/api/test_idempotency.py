"""A POST with an `Idempotency-Key` has its effect once: replayed, raced, crashed and expired."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from activity import idempotency
from activity.models import Event, IdempotencyKey
from core.api.idempotency import Answer
from core.tenancy import company_scope, every_company
from products import services
from products.models import Product
from tests.api.conftest import ApiClient, pointers, problem, token_for
from users.models import Company, User

BODY = {"name": "Filtre", "number": "P1"}


def made(company: Company) -> int:
    with company_scope(company.pk):
        return Product.objects.count()


def keys() -> int:
    with every_company():
        return IdempotencyKey.objects.count()


def test_the_same_request_again_gets_the_same_answer(api: ApiClient, company: Company) -> None:
    first = api.send("products/", BODY, Idempotency_Key="k-1")
    again = api.send("products/", BODY, Idempotency_Key="k-1")
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    assert first["Content-Type"] == "application/json"
    for name in ("ETag", "Location", "Content-Type"):
        assert first[name] == again[name]
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert made(company) == 1


def test_another_request_with_the_same_key_is_422(api: ApiClient, company: Company) -> None:
    api.send("products/", BODY, Idempotency_Key="k-1")
    for path, body in (("products/", {**BODY, "name": "Autre"}), ("product-groups/", BODY)):
        answer = api.send(path, body, Idempotency_Key="k-1")
        assert answer.status_code == 422
        assert pointers(answer) == [("Idempotency-Key", "idempotency_key_reused")]
    assert made(company) == 1


def test_keys_of_different_people_do_not_meet(
    api: ApiClient, bobs: ApiClient, outsider: ApiClient, company: Company, other_company: Company
) -> None:
    for client, number in ((api, "A"), (bobs, "B"), (outsider, "C")):
        answer = client.send("products/", {**BODY, "number": number}, Idempotency_Key="k-1")
        assert (answer.status_code, answer.json()["number"]) == (201, number)
    assert (made(company), made(other_company)) == (2, 1)


def test_a_refused_request_leaves_its_key_free(api: ApiClient, company: Company) -> None:
    assert api.send("products/", {"name": ""}, Idempotency_Key="k-1").status_code == 422
    assert api.call("POST", "products/", raw=b"{", Idempotency_Key="k-1").status_code == 400
    assert keys() == 0
    assert api.send("products/", BODY, Idempotency_Key="k-1").status_code == 201
    assert api.send("products/", BODY, Idempotency_Key="k-2").status_code == 422
    assert (made(company), keys()) == (1, 1)


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
def test_a_key_that_cannot_be_kept_is_400(api: ApiClient, company: Company, key: str) -> None:
    answer = api.send("products/", BODY, Idempotency_Key=key)
    assert answer.status_code == 400
    assert pointers(answer) == [("Idempotency-Key", "invalid")]
    assert made(company) == 0


def test_a_key_counts_for_a_day(api: ApiClient, company: Company) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for hours, number, replayed in ((0, "P1", False), (23.9, "P1", True), (24.1, "P2", False), (24.2, "P2", True)):
        with time_machine.travel(start + timedelta(hours=hours)):
            answer = api.send("products/", {**BODY, "number": number}, Idempotency_Key="k-1")
            assert (answer.status_code, "Idempotent-Replayed" in answer) == (201, replayed)
    assert made(company) == 2
    with time_machine.travel(start + timedelta(hours=49)):
        assert idempotency.forget() == 1
    assert keys() == 0


def test_a_key_is_held_while_its_first_request_runs_and_freed_when_that_died(
    api: ApiClient, company: Company, alice: User
) -> None:
    first = api.send("products/", BODY, Idempotency_Key="k-1")
    with company_scope(company.pk):
        Product.objects.all().delete()
        IdempotencyKey.objects.update(status=None, body=b"", created_at=timezone.now() - timedelta(seconds=55))
    running = api.send("products/", BODY, Idempotency_Key="k-1")
    assert running.status_code == 409
    assert running["Retry-After"] == "1"
    problem(running)
    assert made(company) == 0
    with company_scope(company.pk):
        IdempotencyKey.objects.update(created_at=timezone.now() - timedelta(seconds=65))
    again = api.send("products/", BODY, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code, made(company)) == (201, 201, 1)


def test_who_lost_the_claim_keeps_no_answer(company: Company, alice: User) -> None:
    names = {"company_id": company.pk, "actor_id": alice.pk, "key": "k", "fingerprint": "f"}
    with time_machine.travel(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)):
        slow = idempotency.claim(**names)
    quick = idempotency.claim(**names)
    assert slow.is_ours
    assert quick.is_ours
    with company_scope(company.pk):
        assert not slow.keep(Answer(201, {}, b"slow"))
        slow.release()
        assert quick.keep(Answer(201, {}, b"quick"))
    assert idempotency.claim(**names).answer == Answer(201, {}, b"quick")


def test_a_crash_before_the_answer_leaves_neither_effect_nor_answer(
    api: ApiClient, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(self: Any, answer: Answer) -> bool:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(idempotency.Claimed, "keep", keep)
        with pytest.raises(RuntimeError, match="killed"):
            api.send("products/", BODY, Idempotency_Key="k-1")
    assert (made(company), keys()) == (0, 0)
    with company_scope(company.pk):
        assert Event.objects.filter(action="products.product.created").count() == 0
    assert api.send("products/", BODY, Idempotency_Key="k-1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_have_one_effect_and_one_answer(company: Company, alice: User) -> None:
    text = token_for(company, alice)
    barrier = threading.Barrier(16)
    answers: list[Any] = []

    def call() -> None:
        client = ApiClient(text)
        try:
            barrier.wait()
            while True:
                answer = client.send("products/", {"name": "Filtre"}, Idempotency_Key="k-1")
                answers.append(answer)
                if answer.status_code != 409:
                    return
                assert answer["Retry-After"] == "1"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert Counter("Idempotent-Replayed" in answer for answer in good) == {True: 15, False: 1}
    assert len({answer.content for answer in good}) == 1
    assert made(company) == 1


def test_bulk_is_repeated_by_its_key(api: ApiClient, company: Company) -> None:
    items = [{"name": "Un"}, {"name": ""}]
    first = api.send("products/bulk/", items, Idempotency_Key="k-1")
    again = api.send("products/bulk/", items, Idempotency_Key="k-1")
    assert first.content == again.content
    assert (again["Idempotent-Replayed"], made(company)) == ("true", 1)


def test_a_bulk_that_died_half_way_makes_only_the_rest(
    api: ApiClient, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [{"name": "Un"}, {"name": "Deux"}, {"name": "Trois"}]
    create = services.create_product

    def die_at_the_third(**fields: Any) -> Product:
        if fields["name"] == "Trois":
            raise SystemExit
        return create(**fields)

    with monkeypatch.context() as patched:
        patched.setattr(services, "create_product", die_at_the_third)
        with pytest.raises(SystemExit):
            api.send("products/bulk/", items, Idempotency_Key="k-1")
    with company_scope(company.pk):
        first = list(Product.objects.order_by("number").values_list("name", "pk"))
    assert [name for name, _pk in first] == ["Un", "Deux"]
    results = api.send("products/bulk/", items, Idempotency_Key="k-1").json()["results"]
    assert [row["status"] for row in results] == [201, 201, 201]
    assert [row["id"] for row in results[:2]] == [str(pk) for _name, pk in first]
    assert made(company) == 3
    other = api.send("products/bulk/", items, Idempotency_Key="k-2").json()["results"]
    assert {row["id"] for row in other}.isdisjoint({row["id"] for row in results})


def test_a_bulk_is_made_anew_a_day_later(api: ApiClient, company: Company) -> None:
    for hours, count in ((0, 1), (25, 2), (26, 2)):
        with time_machine.travel(datetime(2026, 3, 2, 9, 0, tzinfo=UTC) + timedelta(hours=hours)):
            results = api.send("products/bulk/", [{"name": "Un"}], Idempotency_Key="k-1").json()["results"]
            assert [row["status"] for row in results] == [201]
        assert made(company) == count


def test_a_service_that_fails_for_good_frees_the_key(
    api: ApiClient, company: Company, products: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(services.events, "record", fail)
        with pytest.raises(RuntimeError, match="broken"):
            api.send("products/", {"name": "Neuf"}, Idempotency_Key="k-1")
    assert (made(company), keys()) == (2, 0)
