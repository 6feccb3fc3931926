"""Company, users and customers over the API, and ETags on all single objects."""

from typing import Any

from customers.models import Address, Contact, Party
from products.models import Product
from tests.api.conftest import ApiClient, pointers, problem
from users.models import Company, Membership, User


def test_the_company_is_read_and_changed(api: ApiClient, company: Company) -> None:
    shown = api.read("company/").json()
    assert {name: shown[name] for name in ("slug", "mileage_rate", "default_vat_rate", "time_rounding")} == {
        "slug": "frigotech",
        "mileage_rate": "0.4500",
        "default_vat_rate": "21.00",
        "time_rounding": "exact",
    }
    changed = api.change("company/", {"mileage_rate": "0.5", "time_rounding": "quarter", "payment_term_days": 14})
    assert changed.status_code == 200
    assert {**shown, "mileage_rate": "0.5000", "time_rounding": "quarter", "payment_term_days": 14} == {
        **changed.json(),
        "updated_at": shown["updated_at"],
    }
    assert pointers(api.change("company/", {"slug": "mine", "payment_term_days": 366, "default_vat_rate": 19})) == [
        ("/default_vat_rate", "one_of"),
        ("/payment_term_days", "max_value"),
        ("/slug", "read_only"),
    ]
    assert pointers(api.change("company/", {"vat_number": "BE0123456789"})) == [("/vat_number", "invalid_vat_number")]
    assert pointers(api.change("company/", {"iban": "BE00"})) == [("/iban", "invalid_iban")]
    assert api.send("company/", {}).status_code == 405


def test_a_person_is_added_with_rates_and_changed(api: ApiClient, company: Company) -> None:
    answer = api.send("users/", {"email": "Eve@Frigotech.example", "first_name": "Eve", "billable_rate": "65"})
    assert answer.status_code == 201
    made = answer.json()
    member = Membership.objects.get(pk=made["id"])
    assert (made["email"], made["role"], made["billable_rate"], made["hourly_cost"]) == (
        "eve@frigotech.example",
        "employee",
        "65.0000",
        None,
    )
    assert made["color"] == member.color
    changed = api.change(answer["Location"], {"last_name": "Peeters", "hourly_cost": "38.5", "is_active": False})
    assert (changed.json()["last_name"], changed.json()["hourly_cost"], changed.json()["is_active"]) == (
        "Peeters",
        "38.5000",
        False,
    )
    assert pointers(api.send("users/", {"email": "eve@frigotech.example"})) == [("/email", "taken")]
    assert pointers(api.send("users/", {"email": "nobody", "role": "king", "color": "red"})) == [
        ("/email", "invalid"),
        ("/role", "invalid_choice"),
    ]
    assert User.objects.filter(email="nobody").count() == 0


def test_the_last_owner_stays(api: ApiClient, alice: User) -> None:
    member = Membership.objects.get(user=alice)
    answer = api.change(f"users/{member.pk}/", {"role": "employee"})
    assert answer.status_code == 409
    assert [error["code"] for error in problem(answer)["errors"]] == ["last_owner"]
    member.refresh_from_db()
    assert member.role == "owner"


def test_a_customer_comes_with_contacts_and_addresses(api: ApiClient, scope: Company) -> None:
    body: dict[str, Any] = {
        "name": "Boulangerie Dupont SRL",
        "vat_number": "be 0403.019.261",
        "contacts": [{"name": "Anne", "email": "anne@dupont.example"}, {"name": "Bert"}],
        "addresses": [{"kind": "site", "name": "Atelier", "city": "Liège", "postal_code": "4000"}],
    }
    answer = api.send("customers/", body)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["number"], made["vat_number"], made["country"]) == ("C00001", "BE0403019261", "BE")
    assert [row["name"] for row in made["contacts"]] == ["Anne", "Bert"]
    assert {name: made["addresses"][0][name] for name in ("kind", "name", "city", "country", "region")} == {
        "kind": "site",
        "name": "Atelier",
        "city": "Liège",
        "country": "BE",
        "region": "",
    }
    anne = made["contacts"][0]
    changed = api.change(answer["Location"], {"contacts": [{**anne, "phone": "+32 2 555 01 01"}]}).json()
    assert changed["contacts"] == [{**anne, "phone": "+32 2 555 01 01"}]
    assert changed["addresses"] == made["addresses"]
    assert (Contact.objects.count(), Address.objects.count()) == (1, 1)
    assert [row["number"] for row in api.read("customers/?search=dupont").json()["results"]] == ["C00001"]
    assert api.read("customers/?vat_number=BE0403019261").json()["results"][0]["contacts"] == changed["contacts"]


def test_a_contact_of_another_customer_is_refused(api: ApiClient, dupont: Party, scope: Company) -> None:
    other = api.send("customers/", {"name": "Autre", "contacts": [{"name": "Zoé"}]}).json()
    body = {"contacts": [{"id": other["contacts"][0]["id"], "name": "Volée"}]}
    answer = api.change(f"customers/{dupont.pk}/", body)
    assert answer.status_code == 422
    assert pointers(answer) == [("/contacts/0/id", "unknown")]
    assert list(Contact.objects.values_list("name", "party__name")) == [("Zoé", "Autre")]


def test_a_customer_is_archived_and_restored(api: ApiClient, dupont: Party) -> None:
    path = f"customers/{dupont.pk}/"
    assert api.change(path, {"is_archived": True}).json()["is_archived"] is True
    assert api.read("customers/?is_archived=false").json()["results"] == []
    assert api.change(path, {"is_archived": False}).json()["is_archived"] is False


def test_customers_are_made_in_bulk(api: ApiClient, scope: Company) -> None:
    results = api.send("customers/bulk/", [{"name": "Un"}, {"vat_number": "BE1"}]).json()["results"]
    assert [row["status"] for row in results] == [201, 422]
    assert [party.name for party in Party.objects.all()] == ["Un"]


def test_a_change_from_a_stale_read_is_412(api: ApiClient, products: dict[str, Product]) -> None:
    path = f"products/{products['P0001'].pk}/"
    seen = api.read(path)["ETag"]
    for header in ('"other"', f"W/{seen}", '"a", "b"', "nonsense"):
        stale = api.change(path, {"name": "Volé"}, If_Match=header)
        assert stale.status_code == 412, header
        problem(stale)
    done = api.change(path, {"name": "Nouveau"}, If_Match=f'"other", {seen}')
    assert (done.status_code, done.json()["name"]) == (200, "Nouveau")
    assert done["ETag"] != seen
    assert api.change(path, {"name": "Deux fois"}, If_Match=seen).status_code == 412
    assert api.change(path, {"name": "Toujours"}, If_Match="*").status_code == 200
    assert api.read(path)["ETag"] == api.read(f"{path}?fields=name")["ETag"]


def test_a_known_content_is_304(api: ApiClient, products: dict[str, Product]) -> None:
    path = f"products/{products['P0001'].pk}/"
    seen = api.read(path)["ETag"]
    answer = api.read(path, If_None_Match=seen)
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", seen)
    assert api.read(path, If_None_Match='"other"').status_code == 200


def test_a_deletion_from_a_stale_read_is_412(api: ApiClient, scope: Company) -> None:
    answer = api.send("product-groups/", {"name": "Froid"})
    api.change(answer["Location"], {"name": "Chaud"})
    assert api.remove(answer["Location"], If_Match=answer["ETag"]).status_code == 412
    assert api.read(answer["Location"]).json()["name"] == "Chaud"


def test_refusals_speak_the_language_that_is_asked_for(api: ApiClient) -> None:
    english = api.send("products/", {"name": ""}, Accept_Language="en")
    assert problem(english)["errors"][0]["detail"] == "This field may not be blank."
