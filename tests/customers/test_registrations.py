"""Looking a VAT number up while filling in a customer's form."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from activity.models import Event
from core.tenancy import company_scope
from customers import services
from customers.models import Party
from tests.customers.test_pages import form
from tests.customers.test_tabs import moments
from tests.vies import Vies, vies
from users.models import Company, User

__all__ = ["vies"]
SOFINA = "BE 0403.019.261"
OTHER = "BE0202239951"


def look_up(client: Client, path: str = "/customers/new/", **typed: Any) -> Any:
    return client.post(path, form(look_up="yes", **typed))


def values(answer: Any) -> dict[str, Any]:
    bound = answer.context["editor"].party
    return {name: bound[name].value() for name in bound.fields}


def test_the_register_fills_in_name_and_address(as_bob: Client, company: Company, vies: Vies) -> None:
    answer = look_up(as_bob, vat_number="403.019.261", name="Sof", email="ap@sofina.example", city="Gent", box="b")
    assert answer.status_code == 200
    filled = values(answer)
    found = ("name", "vat_number", "street", "street_number", "box", "postal_code", "city")
    assert [filled[name] for name in found] == [
        "SOFINA SA", SOFINA, "Rue de l'Industrie", "31", "", "1040", "Bruxelles",
    ]  # fmt: skip
    assert filled["email"] == "ap@sofina.example"
    assert "WAPIAAAAY1" in answer.content.decode()
    assert filled["is_company"] is True
    assert vies.asked[0]["requesterNumber"] == company.vat_number.removeprefix("BE")
    with company_scope(company.pk):
        assert not Party.objects.exists()


def test_a_number_that_a_customer_has_already_is_told(as_bob: Client, dupont: Party, vies: Vies) -> None:
    page = look_up(as_bob, vat_number=SOFINA).content.decode()
    assert f'href="/customers/{dupont.pk}/"' in page
    own = look_up(as_bob, f"/customers/{dupont.pk}/edit/", vat_number=SOFINA)
    assert own.context["finding"].known is None
    assert own.context["finding"].tone == "ok"


def test_rows_that_are_typed_stay_and_blank_ones_go(as_bob: Client, dupont: Party, vies: Vies) -> None:
    rows = {
        "contacts-TOTAL_FORMS": "2", "contacts-0-name": "Luc", "contacts-1-name": "", "contacts-1-email": "",
        "addresses-TOTAL_FORMS": "1", "addresses-0-kind": "site", "addresses-0-country": "BE",
    }  # fmt: skip
    editor = look_up(as_bob, vat_number=SOFINA, **rows).context["editor"]
    assert [row["name"].value() for row in editor.contacts.forms] == ["Luc"]
    assert editor.addresses.forms == []


def test_an_unknown_number_is_a_warning_that_keeps_what_is_typed(as_bob: Client, vies: Vies) -> None:
    answer = look_up(as_bob, vat_number=OTHER, name="Jeune pousse")
    assert answer.context["finding"].tone == "warn"
    assert values(answer)["name"] == "Jeune pousse"


@pytest.mark.parametrize(
    ("number", "asked"), [("", 0), ("BE0403019262", 0), ("CHE123456788", 0), ("\0", 0), ("x" * 5000, 0), (OTHER, 1)]
)
def test_bad_input_and_a_silent_register_are_sentences(as_bob: Client, vies: Vies, number: str, asked: int) -> None:
    vies.fail(OTHER, "MS_UNAVAILABLE", 400)
    answer = look_up(as_bob, vat_number=number, name="Garage")
    assert answer.status_code == 200
    assert answer.context["finding"].tone in {"warn", "danger"}
    assert answer.context["finding"].values == {}
    assert len(vies.asked) == asked


def test_an_answer_is_kept_for_an_hour_and_trouble_is_not(as_bob: Client, vies: Vies) -> None:
    vies.fail(OTHER, "TIMEOUT", 400)
    for _ in range(2):
        look_up(as_bob, vat_number=SOFINA)
        look_up(as_bob, vat_number=OTHER)
    assert [asked["vatNumber"] for asked in vies.asked] == ["0403019261", "0202239951", "0202239951"]


def test_the_editor_makes_a_customer_in_passing(as_bob: Client, company: Company, vies: Vies) -> None:
    path = "/invoices/customers/new/"
    assert 'value="Sof &amp; fils"' in as_bob.get(f"{path}?name=Sof+%26+fils").content.decode()
    typed = {"name": "x", "vat_number": "BE0403019261", "language": "nl", "country": "BE", "is_company": "on"}
    found = as_bob.post(path, {**typed, "look_up": "yes"})
    assert 'value="SOFINA SA"' in found.content.decode()
    refused = as_bob.post(path, {**typed, "name": "", "vat_number": "BE0403019262"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["name"]
    with company_scope(company.pk):
        assert not Party.objects.exists()
    made = as_bob.post(path, typed)
    with company_scope(company.pk):
        party = Party.objects.get()
    assert (party.name, party.vat_number, party.language, party.is_customer) == ("x", "BE0403019261", "nl", True)
    assert made["HX-Retarget"] == "#customer-options"
    assert "customer-made" in made["HX-Trigger-After-Swap"]
    assert f'data-id="{party.pk}"' in made.content.decode()


def test_a_wrong_vat_number_is_refused_at_its_field(as_bob: Client, company: Company) -> None:
    typed = {"name": "x", "vat_number": "BE0403019262", "language": "nl", "country": "BE", "is_company": "on"}
    refused = as_bob.post("/invoices/customers/new/", typed)
    assert refused.status_code == 422
    assert refused.context["form"].errors["vat_number"]
    with company_scope(company.pk):
        assert not Party.objects.exists()


def test_another_companys_customer_is_not_told(as_charlie: Client, dupont: Party, vies: Vies) -> None:
    assert look_up(as_charlie, vat_number=SOFINA).context["finding"].known is None


def told(client: Client, party: Party) -> list[str]:
    """What the timeline says of the checks, in English, the latest first."""
    client.post("/language/", {"language": "en", "next": "/"})
    found = moments(client.get(f"/customers/{party.pk}/?tab=timeline").content.decode())
    return [text for text in found if "VAT number" in text and not text.startswith("Changed")]


def save(client: Client, party: Party, vat_number: str) -> None:
    answer = client.post(f"/customers/{party.pk}/edit/", form(number=party.number, vat_number=vat_number))
    assert answer.status_code == 302


def checks(party: Party) -> list[Any]:
    return list(Event.objects.about(party).filter(action="customers.party.vat_checked"))


REGISTERED = (
    "VAT number BE 0403.019.261 checked: registered to SOFINA SA, Rue de l&#x27;Industrie 31, 1040 Bruxelles, "
    "consultation number WAPIAAAAY1"
)


def test_a_check_of_a_customers_number_is_kept_and_shown(as_bob: Client, bob: User, dupont: Party, vies: Vies) -> None:
    page = f"/customers/{dupont.pk}/"
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False):
        look_up(as_bob, f"{page}edit/", vat_number=SOFINA)
    assert told(as_bob, dupont) == [REGISTERED]
    (event,) = checks(dupont)
    assert event.actor_id == bob.pk
    assert event.data == {
        "vat_number": "BE0403019261",
        "is_registered": True,
        "name": "SOFINA SA",
        "address": "Rue de l'Industrie 31, 1040 Bruxelles",
        "consultation": "WAPIAAAAY1",
        "checked_at": "2026-11-23T09:00:00+00:00",
    }
    shown = "VAT number registered, checked on 23/11/2026, consultation number WAPIAAAAY1"
    assert shown in as_bob.get(page).content.decode()
    services.update_party(dupont, by=bob, phone="12")
    assert shown in as_bob.get(page).content.decode()
    services.update_party(dupont, by=bob, vat_number=OTHER)
    assert "checked on" not in as_bob.get(page).content.decode()


def test_an_answer_is_told_once_and_a_later_one_again(as_bob: Client, dupont: Party, vies: Vies) -> None:
    path = f"/customers/{dupont.pk}/edit/"
    with time_machine.travel(datetime(2026, 11, 23, 9, tzinfo=UTC), tick=False):
        look_up(as_bob, path, vat_number=SOFINA)
        look_up(as_bob, path, vat_number=SOFINA)
        save(as_bob, dupont, SOFINA)
        assert len(checks(dupont)) == 1
    with time_machine.travel(datetime(2026, 11, 23, 11, tzinfo=UTC), tick=False):
        look_up(as_bob, path, vat_number=SOFINA)
    assert [event.data["checked_at"][:13] for event in checks(dupont)] == ["2026-11-23T09", "2026-11-23T11"]


def test_a_number_that_is_tried_is_kept_once_it_is_the_customers(as_bob: Client, dupont: Party, vies: Vies) -> None:
    path = f"/customers/{dupont.pk}/edit/"
    look_up(as_bob, path, vat_number=OTHER)
    assert told(as_bob, dupont) == []
    save(as_bob, dupont, OTHER)
    assert told(as_bob, dupont) == ["VIES does not know the VAT number BE 0202.239.951, consultation number WAPIAAAAY1"]
    assert "VAT number not known to VIES, checked on" in as_bob.get(f"/customers/{dupont.pk}/").content.decode()


@pytest.mark.parametrize("path", ["/customers/new/", "/invoices/customers/new/"])
def test_a_check_before_the_customer_exists_is_kept_with_them(
    as_bob: Client, company: Company, vies: Vies, path: str
) -> None:
    look_up(as_bob, path, vat_number=SOFINA)
    as_bob.post(path, form(vat_number=SOFINA))
    with company_scope(company.pk):
        party = Party.objects.get()
        assert told(as_bob, party) == [REGISTERED]


def test_nothing_is_kept_where_nothing_was_asked_or_answered(as_bob: Client, dupont: Party, vies: Vies) -> None:
    path = f"/customers/{dupont.pk}/edit/"
    save(as_bob, dupont, SOFINA)
    vies.fail("BE0403019261", "MS_UNAVAILABLE", 400)
    look_up(as_bob, path, vat_number=SOFINA)
    assert (checks(dupont), told(as_bob, dupont)) == ([], [])


def test_a_company_keeps_only_its_own_checks(as_bob: Client, as_charlie: Client, dupont: Party, vies: Vies) -> None:
    look_up(as_charlie, vat_number=SOFINA)
    save(as_bob, dupont, SOFINA)
    assert checks(dupont) == []
