"""Tokens: who they let in, what for, how often, and the wall between companies."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from core.tenancy import company_scope
from customers.models import Party
from products.models import Product
from tests.api.conftest import ApiClient, pointers, problem, token_for
from users import services
from users.models import ApiToken, Company, Membership, User


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Token abc", "Basic YTpi", "Bearer efk_é", "Bearer a b"]
)
def test_no_good_token_is_401(db: None, header: str) -> None:
    answer = ApiClient().read("products/", **({"Authorization": header} if header else {}))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="eFactori"'
    problem(answer)


def test_a_token_lets_in_until_it_ends(company: Company, alice: User) -> None:
    client = ApiClient(token_for(company, alice, expires_at=timezone.now() + timedelta(hours=1)))
    assert client.read("products/").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2)):
        assert client.read("products/").status_code == 401
    services.revoke_token(ApiToken.objects.get(), by=alice)
    assert client.read("products/").status_code == 401


def test_a_token_of_someone_who_left_lets_nobody_in(bobs: ApiClient, bob: User, alice: User) -> None:
    assert bobs.read("products/").status_code == 200
    Membership.objects.filter(user=bob).update(is_active=False)
    assert bobs.read("products/").status_code == 401
    Membership.objects.filter(user=bob).update(is_active=True)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert bobs.read("products/").status_code == 401


def test_the_token_of_a_member_of_two_companies_opens_its_own(
    company: Company, other_company: Company, alice: User, charlie: User
) -> None:
    theirs = Membership.objects.create(company=other_company, user=alice, role="owner")
    here, there = (ApiClient(token_for(one, alice)) for one in (company, other_company))
    assert [row["email"] for row in here.read("users/").json()["results"]] == ["alice@frigotech.example"]
    assert {row["email"] for row in there.read("users/").json()["results"]} == {charlie.email, alice.email}
    theirs.is_active = False
    theirs.save()
    assert [client.read("users/").status_code for client in (here, there)] == [200, 401]


def test_a_session_alone_opens_nothing(as_alice: Any) -> None:
    assert as_alice.get("/api/v1/products/").status_code == 401


@pytest.mark.parametrize(
    ("scopes", "read", "write"),
    [
        (["read"], 200, 403),
        (["write"], 200, 201),
        (["read", "write"], 200, 201),
        (["products:read"], 200, 403),
        (["products:write"], 200, 201),
        (["invoices:write"], 403, 403),
        (["customers:read", "customers:write"], 403, 403),
    ],
)
def test_scopes_say_what_a_token_may_do(
    company: Company, alice: User, scopes: list[str], read: int, write: int
) -> None:
    client = ApiClient(token_for(company, alice, scopes=scopes))
    assert client.read("products/").status_code == read
    answer = client.send("products/", {"name": "Filtre"})
    assert answer.status_code == write
    if write == 403:
        assert "products:write" in problem(answer)["detail"]
        with company_scope(company.pk):
            assert Product.objects.count() == 0


def test_what_owners_alone_may_do_is_403_for_others(bobs: ApiClient, company: Company) -> None:
    assert bobs.read("company/").status_code == 200
    for answer in (
        bobs.change("company/", {"name": "Bob SRL"}),
        bobs.read("users/"),
        bobs.send("users/", {"email": "eve@frigotech.example"}),
    ):
        assert answer.status_code == 403
        problem(answer)
    company.refresh_from_db()
    assert company.name == "Frigotech SRL"
    assert User.objects.filter(email="eve@frigotech.example").count() == 0


def test_the_last_use_is_written_once_a_minute(company: Company, alice: User) -> None:
    client = ApiClient(token_for(company, alice))
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    for seconds, expected in ((0, 0), (59, 0), (61, 61), (100, 61), (122, 122)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            assert client.read("products/").status_code == 200
            assert ApiToken.objects.get().last_used_at == start + timedelta(seconds=expected)


def test_charlie_finds_nothing_of_alices(
    outsider: ApiClient, api: ApiClient, products: dict[str, Product], dupont: Party, marc: User
) -> None:
    group = products["P0001"].group
    member = Membership.objects.get(user=marc)
    assert group is not None
    for path in ("products", "customers", "product-groups"):
        assert outsider.read(f"{path}/").json()["results"] == []
    emails = [row["email"] for row in outsider.read("users/").json()["results"]]
    assert emails == ["charlie@polar.example"]
    for path in (
        f"products/{products['P0001'].pk}/",
        f"customers/{dupont.pk}/",
        f"product-groups/{group.pk}/",
        f"users/{member.pk}/",
    ):
        assert api.read(path).status_code == 200
        assert outsider.read(path).status_code == 404
        assert outsider.change(path, {"name": "Volé"}).status_code == 404
    assert outsider.remove(f"product-groups/{group.pk}/").status_code == 404
    stolen = outsider.send("products/", {"name": "Filtre", "group": str(group.pk)})
    assert stolen.status_code == 422
    assert pointers(stolen) == [("/group", "unknown")]
    assert outsider.read("company/").json()["slug"] == "polar"


def test_a_session_of_one_company_does_not_colour_a_token_of_another(
    charlie: User, other_company: Company, api: ApiClient, products: dict[str, Product]
) -> None:
    api.force_login(charlie)
    assert [row["number"] for row in api.read("products/").json()["results"]] == ["P0001", "P0007"]


def test_more_requests_than_allowed_are_429(api: ApiClient, company: Company, alice: User) -> None:
    rates = {"DEFAULT_THROTTLE_RATES": {"token": "3/minute"}}
    from django.conf import settings

    with override_settings(REST_FRAMEWORK={**settings.REST_FRAMEWORK, **rates}):
        with time_machine.travel(datetime(2026, 3, 2, 9, 0, 20, tzinfo=UTC), tick=False):
            answers = [api.read("products/") for _ in range(5)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
            assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
            assert {(answer["RateLimit-Limit"], answer["RateLimit-Reset"]) for answer in answers} == {("3", "40")}
            assert answers[3]["Retry-After"] == "40"
            problem(answers[3])
            assert ApiClient(token_for(company, alice)).read("products/").status_code == 200
        for minute in (1, 2):
            with time_machine.travel(datetime(2026, 3, 2, 9, minute, 0, tzinfo=UTC), tick=False):
                assert api.read("products/")["RateLimit-Remaining"] == "2"
