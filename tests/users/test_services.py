from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from activity.models import Event
from core.errors import Conflict, Refused
from core.tenancy import company_scope
from users import inviting, keys, services
from users.models import ApiToken, Company, Membership, User


def member(user: User, company: Company) -> Membership:
    return Membership.objects.get(user=user, company=company)


def events_of(obj: Any) -> list[tuple[str, dict[str, Any]]]:
    return list(Event.objects.about(obj).values_list("action", "data"))


def test_a_company_is_made_with_its_owner(db: None, charlie: User) -> None:
    company = services.create_company(name="Hygiène & Froid SA", owner=charlie)
    twin = services.create_company(name="Hygiène & Froid SA", owner=charlie)
    assert (company.slug, twin.slug) == ("hygiene-froid-sa", "hygiene-froid-sa-2")
    assert member(charlie, company).role == "owner"
    with company_scope(company.pk):
        assert [action for action, _data in events_of(company)] == ["users.company.created"]


def test_company_numbers_are_checked_and_the_bic_proposed(scope: Company, alice: User) -> None:
    company = services.update_company(
        scope, by=alice, vat_number="be 0403.019.261", iban="be71 0961 2345 6769", country="be"
    )
    assert (company.vat_number, company.iban, company.bic) == ("BE0403019261", "BE71096123456769", "GKCCBEBB")
    assert events_of(company) == [("users.company.updated", {"changed": ["country", "iban", "vat_number"]})]


@pytest.mark.parametrize(
    ("field", "value"),
    [("vat_number", "BE0403019262"), ("iban", "BE68539007547035"), ("mileage_rate", Decimal(-1)), ("name", "")],
)
def test_wrong_company_settings_are_refused(scope: Company, alice: User, field: str, value: Any) -> None:
    with pytest.raises(Refused) as refused:
        services.update_company(scope, by=alice, **{field: value})
    assert refused.value.pointer == f"/{field}"
    scope.refresh_from_db()
    assert (scope.vat_number, scope.iban, scope.name) == ("BE0123456749", "BE68539007547034", "Frigotech SRL")
    assert not Event.objects.exists()


def test_a_new_person_cannot_sign_in(scope: Company, alice: User) -> None:
    membership = services.create_member(
        company=scope, by=alice, email=" New.Hire@frigotech.example", first_name="New", billable_rate=Decimal("60")
    )
    assert (membership.user.email, membership.user.has_usable_password()) == ("new.hire@frigotech.example", False)
    assert (membership.role, membership.billable_rate) == ("employee", Decimal("60"))
    assert [action for action, _data in events_of(membership)] == ["users.member.created"]


def test_a_known_person_is_attached_as_they_are(scope: Company, alice: User) -> None:
    known = User.objects.create_user("diane@polar.example", "correct horse", first_name="Diane")
    membership = services.create_member(company=scope, by=alice, email="DIANE@polar.example", first_name="Di")
    assert membership.user == known
    known.refresh_from_db()
    assert known.first_name == "Diane"


def test_who_works_elsewhere_with_an_account_is_invited_instead(scope: Company, alice: User, charlie: User) -> None:
    with pytest.raises(Refused) as refused:
        services.create_member(company=scope, by=alice, email="CHARLIE@polar.example")
    assert (refused.value.code, refused.value.pointer) == ("invite", "/email")
    assert not Membership.objects.filter(company=scope, user=charlie).exists()


def test_a_person_is_listed_once(scope: Company, alice: User, bob: User) -> None:
    with pytest.raises(Refused) as refused:
        services.create_member(company=scope, by=alice, email="BOB@frigotech.example")
    assert refused.value.pointer == "/email"
    assert Membership.objects.filter(company=scope).count() == 2


def test_rates_and_names_change_with_an_event(scope: Company, alice: User, marc: User) -> None:
    membership = services.update_member(
        member(marc, scope), by=alice, billable_rate=Decimal("70.0000"), last_name="Peeters-Claes"
    )
    marc.refresh_from_db()
    assert (membership.billable_rate, marc.last_name) == (Decimal("70.0000"), "Peeters-Claes")
    assert events_of(membership) == [("users.member.updated", {"changed": ["billable_rate", "last_name"]})]


def test_a_person_of_two_companies_keeps_their_own_name(scope: Company, alice: User, charlie: User) -> None:
    membership = inviting.accept(inviting.invite(company=scope, by=alice, email=charlie.email), by=charlie)
    with pytest.raises(Refused) as refused:
        services.update_member(membership, by=alice, email="mine@frigotech.example")
    assert refused.value.code == "shared_person"
    services.update_member(membership, by=alice, hourly_cost=Decimal("10"))
    charlie.refresh_from_db()
    assert charlie.email == "charlie@polar.example"


def test_an_email_of_somebody_else_is_refused(scope: Company, alice: User, marc: User, charlie: User) -> None:
    with pytest.raises(Refused) as refused:
        services.update_member(member(marc, scope), by=alice, email="Charlie@polar.example")
    assert refused.value.pointer == "/email"
    marc.refresh_from_db()
    assert marc.email == "marc@frigotech.example"


def test_the_last_owner_stays(scope: Company, alice: User, bob: User) -> None:
    membership = member(alice, scope)
    with pytest.raises(Conflict):
        services.deactivate_member(membership, by=alice)
    with pytest.raises(Conflict):
        services.update_member(membership, by=alice, role="employee")
    membership.refresh_from_db()
    assert (membership.role, membership.is_active) == ("owner", True)
    services.update_member(member(bob, scope), by=alice, role="owner")
    services.update_member(membership, by=alice, role="employee")
    assert Membership.objects.get(pk=membership.pk).role == "employee"


def test_leaving_stops_the_tokens(scope: Company, alice: User, bob: User) -> None:
    token, _text = services.create_token(company=scope, user=bob, name="Script", by=bob)
    services.deactivate_member(member(bob, scope), by=alice)
    token.refresh_from_db()
    assert token.revoked_at is not None
    services.activate_member(member(bob, scope), by=alice)
    assert member(bob, scope).is_active


def test_a_token_is_shown_once_and_kept_as_a_digest(scope: Company, alice: User) -> None:
    token, text = services.create_token(company=scope, user=alice, name="Script", scopes=["read"], by=alice)
    assert text.startswith("efk_")
    assert len(text) == 47
    assert token.digest == keys.digest(text)
    assert text not in str(ApiToken.objects.values().get())
    assert events_of(token) == [
        ("users.token.created", {"name": "Script", "scopes": ["read"], "user": str(alice.pk)}),
    ]
    services.revoke_token(token, by=alice)
    services.revoke_token(token, by=alice)
    assert [action for action, _data in events_of(token)] == ["users.token.created", "users.token.revoked"]


def test_a_token_needs_a_member_known_scopes_and_a_later_date(scope: Company, alice: User, charlie: User) -> None:
    cases: list[tuple[str, dict[str, Any]]] = [
        ("/user", {"user": charlie}),
        ("/scopes", {"scopes": ["everything"]}),
        ("/scopes", {"scopes": []}),
        ("/expires_at", {"expires_at": timezone.now() - timedelta(seconds=1)}),
        ("/name", {"name": ""}),
    ]
    for pointer, fields in cases:
        with pytest.raises(Refused) as refused:
            services.create_token(**{"company": scope, "user": alice, "name": "X", "by": alice, **fields})
        assert refused.value.pointer == pointer
    assert not ApiToken.objects.exists()


def test_a_weak_password_is_refused(scope: Company, alice: User) -> None:
    with pytest.raises(Refused) as refused:
        services.change_password(alice, new_password="password", company=scope)
    assert refused.value.pointer == "/new_password1"
    alice.refresh_from_db()
    assert alice.check_password("correct horse")
