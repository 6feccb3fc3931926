"""Looking a VAT number up while filling in a customer's form."""

from typing import Any

import pytest
from django.test import Client

from core.tenancy import company_scope
from customers.models import Party
from tests.customers.test_pages import form
from tests.vies import Vies, vies
from users.models import Company

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
