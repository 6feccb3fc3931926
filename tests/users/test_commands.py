from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from users.keys import digest
from users.models import ApiToken, Company, User


def test_the_token_stands_alone_on_the_last_line(company: Company, alice: User) -> None:
    out = StringIO()
    call_command(
        "create_api_token", company="frigotech", user="Alice@frigotech.example", scope=["read", "invoices:write"],
        stdout=out,
    )  # fmt: skip
    token = ApiToken.objects.get()
    assert token.digest == digest(out.getvalue().splitlines()[-1])
    assert (token.company, token.user, token.scopes) == (company, alice, ["invoices:write", "read"])


def test_without_scope_a_token_may_do_everything(company: Company, alice: User) -> None:
    call_command("create_api_token", company="frigotech", user=alice.email, stdout=StringIO())
    assert ApiToken.objects.get().scopes == ["read", "write"]


def test_a_wrong_name_is_one_clear_line(company: Company, alice: User, charlie: User) -> None:
    cases = [
        {"company": "nobody", "user": alice.email},
        {"company": "frigotech", "user": "nobody@frigotech.example"},
        {"company": "frigotech", "user": charlie.email},
        {"company": "frigotech", "user": alice.email, "scope": ["fly"]},
    ]
    for case in cases:
        with pytest.raises(CommandError):
            call_command("create_api_token", **case, stdout=StringIO())
    assert not ApiToken.objects.exists()


def test_a_token_works_until_the_end_of_its_last_day(company: Company, alice: User) -> None:
    day = timezone.localdate() + timedelta(days=30)
    asked = ("--company", "frigotech", "--user", alice.email, "--expires")
    call_command("create_api_token", *asked, day.isoformat(), stdout=StringIO())
    expires_at = ApiToken.objects.get().expires_at
    assert expires_at is not None
    assert timezone.localtime(expires_at).isoformat()[:19] == f"{day}T23:59:59"
    for wrong in ("2020-01-01", "tomorrow", "2026-02-30"):
        with pytest.raises(CommandError):
            call_command("create_api_token", *asked, wrong, stdout=StringIO())
    assert ApiToken.objects.count() == 1
