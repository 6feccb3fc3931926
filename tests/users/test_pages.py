import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from users import inviting
from users.keys import digest
from users.models import ApiToken, Company, Membership, User
from users.services import create_member, create_token

SIGN_IN = "/sign-in/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def attempt(client: Client, password: str, email: str = "alice@frigotech.example", **extra: Any) -> Any:
    return client.post(SIGN_IN, {"username": email, "password": password, **extra})


def test_signing_in_needs_the_right_password(alice: User) -> None:
    client = Client()
    answer = attempt(client, "wrong")
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    answer = attempt(client, "correct horse", email="ALICE@Frigotech.example", next="/customers/")
    assert (answer.status_code, answer.url) == (302, "/customers/")
    assert client.session["_auth_user_id"] == str(alice.pk)


def test_the_next_page_is_one_of_ours(alice: User) -> None:
    assert attempt(Client(), "correct horse", next="https://evil.example/").url == reverse("home")


def test_the_sixth_attempt_is_refused_even_with_the_right_password(alice: User, bob: User) -> None:
    client = Client()
    for _n in range(5):
        attempt(client, "wrong")
    answer = attempt(client, "correct horse")
    assert answer.status_code == 200
    assert answer.context["form"].errors.as_data()["__all__"][0].code == "limited"
    assert "_auth_user_id" not in client.session
    assert attempt(Client(), "correct horse", email="bob@frigotech.example").status_code == 302
    assert Client(REMOTE_ADDR="10.0.0.9").post(
        SIGN_IN, {"username": "alice@frigotech.example", "password": "correct horse"}
    ).status_code == 302  # fmt: skip


def test_a_good_sign_in_forgets_the_failures(alice: User) -> None:
    for _n in range(4):
        attempt(Client(), "wrong")
    assert attempt(Client(), "correct horse").status_code == 302
    assert attempt(Client(), "wrong").context["form"].errors.as_data()["__all__"][0].code == "invalid_login"


def test_a_person_without_password_cannot_sign_in(scope: Company, alice: User) -> None:
    create_member(company=scope, by=alice, email="new@frigotech.example")
    for password in ("", "!", "None"):
        assert attempt(Client(), password, email="new@frigotech.example").status_code == 200


def test_signing_out_takes_a_post(as_alice: Client) -> None:
    assert as_alice.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in as_alice.session
    assert as_alice.post("/sign-out/").url == SIGN_IN
    assert "_auth_user_id" not in as_alice.session


def test_an_anonymous_visitor_is_sent_to_sign_in(db: None) -> None:
    for path in ("/profile/", "/company/", "/users/", "/api-access/", "/customers/", "/products/", "/jobs/"):
        assert Client().get(path).url == f"/sign-in/?next={path}"


def test_somebody_without_company_is_told_so(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("lost@nowhere.example", "correct horse"))
    assert client.get("/customers/").status_code == 403


def test_the_profile_changes_name_and_language(as_alice: Client, alice: User) -> None:
    answer = as_alice.post(
        "/profile/", {"first_name": "Alicia", "last_name": "Martin", "language": "nl", "theme": "dark"}
    )
    assert answer.status_code == 302
    alice.refresh_from_db()
    assert (alice.first_name, alice.language, alice.theme) == ("Alicia", "nl", "dark")


def test_the_theme_is_kept_for_the_person_and_stands_in_the_first_byte(as_alice: Client, alice: User) -> None:
    assert b'data-theme="auto"' in as_alice.get("/profile/").content
    answer = as_alice.post("/profile/theme/", {"theme": "dark", "next": "/customers/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/customers/")
    alice.refresh_from_db()
    assert alice.theme == "dark"
    page = as_alice.get("/profile/").content.decode()
    assert re.search(r'<html lang="fr" data-theme="dark">', page)
    assert 'value="dark" data-theme-choice="dark" aria-label="Sombre" aria-pressed="true"' in page


@pytest.mark.parametrize("theme", ["", "neon"])
def test_a_theme_that_is_none_changes_nothing(as_alice: Client, alice: User, theme: str) -> None:
    answer = as_alice.post("/profile/theme/", {"theme": theme, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    alice.refresh_from_db()
    assert alice.theme == "auto"


def test_a_visitor_keeps_the_theme_in_the_browser(client: Client, db: None) -> None:
    page = client.get("/sign-in/").content.decode()
    assert "data-theme=" not in page
    assert '<button type="button" data-theme-choice="dark"' in page
    assert client.post("/profile/theme/", {"theme": "dark"}).headers["Location"].startswith("/sign-in/")


def test_the_language_switch_is_kept_for_the_person(as_alice: Client, alice: User) -> None:
    as_alice.post("/language/", {"language": "en", "next": "/customers/"})
    alice.refresh_from_db()
    assert alice.language == "en"
    assert 'lang="en"' in as_alice.get("/customers/").content.decode()


def test_a_new_password_keeps_this_session_alone(as_alice: Client, alice: User) -> None:
    other = Client()
    other.force_login(alice)
    passwords = {"new_password1": "a longer phrase", "new_password2": "a longer phrase"}
    assert as_alice.post("/profile/password/", {"old_password": "wrong", **passwords}).status_code == 200
    assert as_alice.post("/profile/password/", {"old_password": "correct horse", **passwords}).status_code == 302
    assert as_alice.get("/profile/").status_code == 200
    assert other.get("/profile/").status_code == 302


def company_fields(company: Company, **changes: Any) -> dict[str, Any]:
    fields = {
        "name": company.name, "vat_number": "BE 0123.456.749", "country": "BE", "region": "brussels",
        "iban": "BE68 5390 0754 7034", "language": "fr", "mileage_rate": "0,45", "default_vat_rate": "21.00",
        "vat_scheme": "normal", "payment_term_days": "30", "time_rounding": "exact",
    }  # fmt: skip
    return {**fields, **changes}


def test_company_settings_are_saved_as_people_type_them(as_alice: Client, company: Company) -> None:
    answer = as_alice.post("/company/", company_fields(company, mileage_rate="0,4721", iban="be71 0961 2345 6769"))
    assert answer.status_code == 302
    company.refresh_from_db()
    assert (company.mileage_rate, company.iban, company.bic) == (
        Decimal("0.4721"),
        "BE71096123456769",
        "GKCCBEBB",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vat_number", "BE0403019262"),
        ("iban", "BE00 0000"),
        ("mileage_rate", "-1"),
        ("mileage_rate", "1e999999"),
        ("mileage_rate", "NaN"),
        ("name", "a\x00b"),
        ("country", "Belgium"),
        ("payment_term_days", "99999999999999999999"),
        ("default_vat_rate", "20.00"),
    ],
)
def test_bad_company_settings_come_back_beside_their_field(
    as_alice: Client, company: Company, field: str, value: str
) -> None:
    answer = as_alice.post("/company/", company_fields(company, **{field: value}))
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    company.refresh_from_db()
    assert (company.vat_number, company.mileage_rate) == ("BE0123456749", Decimal("0.4500"))


def test_an_employee_does_not_reach_the_owners_pages(as_bob: Client, company: Company, bob: User) -> None:
    own = Membership.objects.get(user=bob).pk
    for path in ("/company/", "/users/", "/users/new/", f"/users/{own}/edit/", "/company/theme/"):
        assert as_bob.get(path).status_code == 403
    assert as_bob.post(f"/users/{own}/edit/", {"role": "owner"}).status_code == 403
    assert Membership.objects.get(pk=own).role == "employee"


def test_a_technician_named_by_a_work_order_is_prefilled(as_alice: Client) -> None:
    page = as_alice.get("/users/new/?first_name=New&last_name=Hire&email=new.hire@frigotech.example").content.decode()
    assert 'value="New"' in page
    assert 'value="Hire"' in page
    assert 'value="new.hire@frigotech.example"' in page


def test_a_user_is_made_with_rates(as_alice: Client, company: Company) -> None:
    fields = {
        "first_name": "New", "last_name": "Hire", "email": "new.hire@frigotech.example", "language": "fr",
        "role": "employee", "hourly_cost": "31,5", "billable_rate": "60", "color": "#0e5a73",
    }  # fmt: skip
    assert as_alice.post("/users/new/", fields).url == "/users/"
    member = Membership.objects.get(user__email="new.hire@frigotech.example")
    assert (member.company, member.hourly_cost, member.billable_rate) == (company, Decimal("31.5"), Decimal(60))
    answer = as_alice.post("/users/new/", fields)
    assert "email" in answer.context["form"].errors


def test_a_rate_is_edited(as_alice: Client, marc: User) -> None:
    member = Membership.objects.get(user=marc)
    page = as_alice.get(f"/users/{member.pk}/edit/").content.decode()
    assert 'value="65,00"' in page
    fields = {
        "first_name": "Marc", "last_name": "Peeters", "email": "marc@frigotech.example", "language": "fr",
        "role": "employee", "hourly_cost": "38", "billable_rate": "66,25", "color": "#0e5a73",
    }  # fmt: skip
    assert as_alice.post(f"/users/{member.pk}/edit/", fields).status_code == 302
    member.refresh_from_db()
    assert member.billable_rate == Decimal("66.2500")


def test_the_last_owner_is_told_to_name_another(as_alice: Client, alice: User) -> None:
    member = Membership.objects.get(user=alice)
    as_alice.post(f"/users/{member.pk}/deactivate/")
    member.refresh_from_db()
    assert member.is_active


def test_a_user_loses_and_gets_back_access(as_alice: Client, bob: User, as_bob: Client) -> None:
    member = Membership.objects.get(user=bob)
    as_alice.post(f"/users/{member.pk}/deactivate/")
    assert as_bob.get("/customers/").status_code == 403
    as_alice.post(f"/users/{member.pk}/activate/")
    assert as_bob.get("/customers/").status_code == 200


def test_an_outsider_finds_no_user_of_ours(as_charlie: Client, marc: User) -> None:
    member = Membership.objects.get(user=marc)
    for action in ("edit", "deactivate", "activate"):
        assert as_charlie.post(f"/users/{member.pk}/{action}/").status_code == 404
    assert as_charlie.get(f"/users/{member.pk}/edit/").status_code == 404
    member.refresh_from_db()
    assert member.is_active


def test_a_token_is_shown_once(as_alice: Client) -> None:
    answer = as_alice.post("/api-access/", {"name": "Stock", "scopes": ["products:read"]})
    text = answer.context["new_token"]
    assert text in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    token = ApiToken.objects.get()
    assert (token.digest, token.scopes) == (digest(text), ["products:read"])
    assert text not in as_alice.get("/api-access/").content.decode()


def test_a_token_is_revoked_by_its_owner_or_an_owner_of_the_company(
    scope: Company, as_alice: Client, as_bob: Client, as_charlie: Client, alice: User, bob: User
) -> None:
    of_alice, _text = create_token(company=scope, user=alice, name="A", by=alice)
    of_bob, _text = create_token(company=scope, user=bob, name="B", by=bob)
    assert as_charlie.post(f"/api-access/{of_bob.pk}/revoke/").status_code == 404
    assert as_bob.post(f"/api-access/{of_alice.pk}/revoke/").status_code == 404
    assert not ApiToken.objects.filter(revoked_at__isnull=False).exists()
    assert as_alice.post(f"/api-access/{of_bob.pk}/revoke/").status_code == 302
    assert ApiToken.objects.get(revoked_at__isnull=False) == of_bob


def test_a_person_of_two_companies_changes_place(
    scope: Company, alice: User, charlie: User, other_company: Company, as_charlie: Client, as_bob: Client
) -> None:
    inviting.accept(inviting.invite(company=scope, by=alice, email=charlie.email), by=charlie)
    assert "Frigotech SRL" in as_charlie.get("/profile/").content.decode()
    as_charlie.post(f"/switch-company/{scope.pk}/")
    assert as_charlie.get("/profile/").context["request"].company == scope
    assert as_charlie.get("/users/").status_code == 403
    assert as_bob.post(f"/switch-company/{other_company.pk}/").status_code == 404
    assert as_bob.get("/profile/").context["request"].company == scope


def test_the_list_of_users_costs_the_same_for_any_number(
    as_alice: Client, scope: Company, alice: User, marc: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        as_alice.get("/users/")
    for n in range(20):
        create_member(company=scope, by=alice, email=f"u{n}@frigotech.example")
    with django_assert_num_queries(6):
        as_alice.get("/users/")
