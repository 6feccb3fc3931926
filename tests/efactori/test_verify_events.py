"""`manage.py verify_events` names the first broken event of each company, and its exit code tells a schedule."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from activity import events
from activity.models import Event, EventCounter
from core.tenancy import company_scope
from users.models import Company


def run(*arguments: str) -> tuple[list[str], str]:
    """The lines of the command, and what it failed with: a CommandError is exit code 1."""
    out = StringIO()
    try:
        call_command("verify_events", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), str(error)
    return out.getvalue().splitlines(), ""


@pytest.fixture
def ends(company: Company, other_company: Company) -> dict[str, str]:
    """The hash that each company's chain ends with, after two events each."""
    found = {}
    for one in (company, other_company):
        with company_scope(one.pk):
            events.record_all([("tests.thing.happened", one, {}), ("tests.thing.happened", one, {})])
            events.dispatch(one.pk)
            found[one.slug] = EventCounter.objects.get().last_hash
    return found


def test_chains_that_hold_are_said_to(ends: dict[str, str]) -> None:
    lines = [f"{slug}: events 1 to 2 hold, the last is {ends[slug]}" for slug in ("frigotech", "polar")]
    assert run() == (lines, "")
    assert run("--company", "polar") == (lines[1:], "")


def test_the_first_broken_event_of_a_company_is_named(ends: dict[str, str], company: Company) -> None:
    with company_scope(company.pk):
        Event.objects.update(data={"changed": True})
        first = Event.objects.get(sequence=1)
    told = f"frigotech: event 1 (tests.thing.happened, {first.pk}) is not what was written"
    holds = f"polar: events 1 to 2 hold, the last is {ends['polar']}"
    assert run() == ([told, holds], "Companies with a broken chain: 1.")
    assert run("--company", "polar") == ([holds], "")


def test_an_unknown_company_is_named(company: Company) -> None:
    assert run("--company", "nobody") == ([], "There is no company with the slug 'nobody'.")
