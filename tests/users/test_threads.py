"""A link that is pressed many times at once opens once, and whoever comes second is told so."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from core.errors import Refused
from users import inviting, signing_up
from users.models import Company, Invitation, Membership, SignUp, User

THREADS = 6
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def at_once(action: Callable[[], Any]) -> tuple[int, list[str]]:
    """How many of the threads succeeded, and the codes of those that were refused."""
    successes, refusals, failures = [], [], []
    start = threading.Barrier(THREADS)

    def work() -> None:
        start.wait()
        try:
            successes.append(action())
        except Refused as refusal:
            refusals.append(refusal.code)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return len(successes), refusals


def test_a_sign_up_is_confirmed_once(transactional_db: None) -> None:
    row = SignUp.objects.create(
        email="diane@lambert.example", first_name="Diane", last_name="Lambert", language="fr",
        company_name="Lambert SRL", password=make_password("four words are easy"),
    )  # fmt: skip
    assert at_once(lambda: signing_up.confirm(row)) == (1, ["unknown"] * (THREADS - 1))
    assert (User.objects.count(), Company.objects.count(), Membership.objects.count()) == (1, 1, 1)


def test_an_invitation_is_accepted_once(scope: Company, alice: User, waiting_tasks: None) -> None:
    row = inviting.invite(company=scope, email="new.hire@frigotech.example", by=alice)
    names = {"first_name": "New", "last_name": "Hire", "password": "four words are easy"}
    assert at_once(lambda: inviting.accept_as_new(row, **names)) == (1, ["accepted"] * (THREADS - 1))
    assert Membership.objects.filter(company=scope).count() == 2
    assert Invitation.objects.get().accepted_at is not None


def test_somebody_is_invited_once(scope: Company, alice: User, waiting_tasks: None) -> None:
    ask = {"company": scope, "email": "new.hire@frigotech.example", "by": alice}
    assert at_once(lambda: inviting.invite(**ask)) == (1, ["invited"] * (THREADS - 1))
    assert Invitation.objects.count() == 1
