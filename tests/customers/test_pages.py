from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from activity.models import Event
from core.tenancy import company_scope
from customers import services
from customers.models import Address, Contact, Party
from customers.services import AddressInput, ContactInput
from users.models import Company, User


def form(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "Garage Leclercq SRL", "is_company": "on", "is_customer": "on", "country": "BE", "language": "fr",
        "number": "", "contacts-TOTAL_FORMS": "0", "contacts-INITIAL_FORMS": "0", "addresses-TOTAL_FORMS": "0",
        "addresses-INITIAL_FORMS": "0",
    }  # fmt: skip
    return {**fields, **changes}


def names(answer: Any) -> list[str]:
    return [party.name for party in answer.context["page"]]


def test_the_list_shows_current_customers_and_finds_by_words(as_bob: Client, scope: Company, dupont: Party) -> None:
    Party.objects.create(company=scope, number="C2", name="Zeezicht", is_archived=True)
    assert names(as_bob.get("/customers/")) == ["Boulangerie Dupont SRL"]
    assert names(as_bob.get("/customers/?state=archived")) == ["Zeezicht"]
    assert names(as_bob.get("/customers/?state=all")) == ["Boulangerie Dupont SRL", "Zeezicht"]
    assert names(as_bob.get("/customers/?q=dup 0403.019")) == ["Boulangerie Dupont SRL"]
    answer = as_bob.get("/customers/?q=nobody")
    assert names(answer) == []
    assert "/customers/new/" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ED%A0%80", "page=0", "page=x", "page=" + "9" * 40, "state=%00", "q=%25_"]
)
def test_a_strange_query_is_no_failure(as_alice: Client, dupont: Party, query: str) -> None:
    assert as_alice.get(f"/customers/?{query}").status_code == 200


def test_a_customer_is_made_with_contacts_and_addresses(as_alice: Client, scope: Company) -> None:
    rows = {
        "contacts-TOTAL_FORMS": "2", "contacts-0-name": "Anne", "contacts-0-email": "anne@garage.example",
        "addresses-TOTAL_FORMS": "1", "addresses-0-kind": "site", "addresses-0-street": "Quai",
        "addresses-0-country": "BE", "addresses-0-vat_regime": "renovation",
    }  # fmt: skip
    answer = as_alice.post("/customers/new/", form(vat_number="be 0403.019.261", **rows))
    party = Party.objects.get()
    assert answer.url == f"/customers/{party.pk}/"
    assert (party.number, party.vat_number) == ("C00001", "BE0403019261")
    assert [row.email for row in party.contacts.all()] == ["anne@garage.example"]
    assert [row.vat_regime for row in party.addresses.all()] == ["renovation"]
    page = as_alice.get(f"{answer.url}?tab=contacts").content.decode()
    assert "anne@garage.example" in page
    assert "BE 0403.019.261" in page


def test_one_empty_row_more_is_a_button(as_alice: Client, scope: Company) -> None:
    answer = as_alice.post("/customers/new/", form(add="contacts"))
    assert answer.status_code == 200
    assert 'name="contacts-0-name"' in answer.content.decode()
    assert 'value="Garage Leclercq SRL"' in answer.content.decode()
    assert not Party.objects.exists()


@pytest.mark.parametrize("total", ["x", "", "²", "9" * 30])
def test_a_broken_row_count_is_a_form_error(as_alice: Client, scope: Company, total: str) -> None:
    for extra in ({}, {"add": "contacts"}):
        answer = as_alice.post("/customers/new/", form(**{"contacts-TOTAL_FORMS": total, **extra}))
        assert answer.status_code == 200
    assert not Party.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\x00b"),
        ("name", "x" * 201),
        ("vat_number", "BE0403019262"),
        ("email", "nobody"),
        ("country", "Belgique"),
        ("payment_term_days", "9" * 30),
        ("payment_term_days", "366"),
        ("vat_regime", "none"),
        ("language", "xx"),
    ],
)
def test_a_bad_field_comes_back_with_its_error(as_alice: Client, scope: Company, field: str, value: str) -> None:
    answer = as_alice.post("/customers/new/", form(**{field: value}))
    assert answer.status_code == 200
    assert field in answer.context["editor"].party.errors
    assert not Party.objects.exists()


def test_a_bad_row_comes_back_with_its_error(as_alice: Client, scope: Company) -> None:
    rows = {"contacts-TOTAL_FORMS": "1", "contacts-0-name": "Anne", "contacts-0-email": "nobody"}
    answer = as_alice.post("/customers/new/", form(**rows))
    assert "email" in answer.context["editor"].contacts.forms[0].errors
    assert not Contact.objects.exists()


def test_a_refused_row_is_shown_beside_its_field(as_alice: Client, scope: Company, dupont: Party) -> None:
    rows = {"contacts-TOTAL_FORMS": "1", "contacts-0-name": "Anne", "contacts-0-id": str(uuid4())}
    answer = as_alice.post(f"/customers/{dupont.pk}/edit/", form(number="C00001", **rows))
    assert answer.status_code == 200
    assert "id" in answer.context["editor"].contacts.forms[0].errors
    assert not Contact.objects.exists()


def test_a_customer_is_edited_and_a_row_removed(as_bob: Client, scope: Company, bob: User) -> None:
    party = services.create_party(
        company=scope,
        by=bob,
        name="X",
        contacts=[ContactInput(name="Anne"), ContactInput(name="Bert")],
        addresses=[AddressInput(street="Quai")],
    )
    page = as_bob.get(f"/customers/{party.pk}/edit/").content.decode()
    assert 'value="Anne"' in page
    anne, bert = party.contacts.all()
    rows = {
        "contacts-TOTAL_FORMS": "2", "contacts-INITIAL_FORMS": "2", "contacts-0-id": str(anne.pk),
        "contacts-0-name": "Anne",
        "contacts-0-DELETE": "on", "contacts-1-id": str(bert.pk), "contacts-1-name": "Bert", "contacts-1-phone": "12",
    }  # fmt: skip
    answer = as_bob.post(f"/customers/{party.pk}/edit/", form(name="Y", number="VIP", **rows))
    assert answer.status_code == 302
    party.refresh_from_db()
    assert (party.name, party.number) == ("Y", "VIP")
    assert [(row.pk, row.phone) for row in party.contacts.all()] == [(bert.pk, "12")]
    assert not Address.objects.exists()


def test_a_taken_number_is_shown_beside_its_field(as_alice: Client, dupont: Party) -> None:
    answer = as_alice.post("/customers/new/", form(number="C00001"))
    assert "number" in answer.context["editor"].party.errors
    assert Party.objects.count() == 1


def test_archiving_and_restoring(as_alice: Client, dupont: Party) -> None:
    as_alice.post(f"/customers/{dupont.pk}/archive/")
    dupont.refresh_from_db()
    assert dupont.is_archived
    as_alice.post(f"/customers/{dupont.pk}/restore/")
    dupont.refresh_from_db()
    assert not dupont.is_archived


def test_merging_shows_both_and_keeps_the_chosen_one(as_alice: Client, scope: Company, dupont: Party) -> None:
    double = services.create_party(company=scope, by=None, name="Boulangerie DUPONT")
    page = as_alice.get(f"/customers/{double.pk}/merge/")
    assert list(page.context["others"]) == [dupont]
    url = f"/customers/{double.pk}/merge/{dupont.pk}/"
    both = as_alice.get(url).content.decode()
    assert "compta@dupont.example" in both
    assert as_alice.post(url, {"keep": "neither"}).status_code == 200
    assert not Party.objects.filter(is_archived=True).exists()
    assert as_alice.post(url, {"keep": str(dupont.pk)}).url == f"/customers/{dupont.pk}/"
    double.refresh_from_db()
    assert double.merged_into_id == dupont.pk
    assert f"/customers/{dupont.pk}/" in as_alice.get(f"/customers/{double.pk}/").content.decode()
    assert as_alice.get(f"/customers/{double.pk}/merge/").status_code == 404


def test_an_outsider_finds_no_customer_of_ours(
    as_charlie: Client, scope: Company, dupont: Party, charlie: User, other_company: Company
) -> None:
    other = Party.objects.create(company=scope, number="C2", name="Other")
    with company_scope(other_company.pk):
        own = services.create_party(company=other_company, by=charlie, name="Own")
    base = f"/customers/{dupont.pk}/"
    for path in (base, f"{base}edit/", f"{base}merge/", f"{base}merge/{other.pk}/", f"{base}merge/{own.pk}/"):
        assert as_charlie.get(path).status_code == 404
    for path in (f"{base}edit/", f"{base}archive/", f"{base}restore/", f"/customers/{own.pk}/merge/{dupont.pk}/"):
        assert as_charlie.post(path, form(keep=str(own.pk))).status_code == 404
    assert names(as_charlie.get("/customers/?state=all")) == ["Own"]
    dupont.refresh_from_db()
    assert (dupont.name, dupont.is_archived) == ("Boulangerie Dupont SRL", False)
    assert not Event.objects.about(dupont).exists()


def test_the_list_costs_the_same_for_any_number(
    as_alice: Client, scope: Company, dupont: Party, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(7):
        as_alice.get("/customers/")
    rows = [Party(company=scope, number=f"X{n}", name=f"Party {n:03}") for n in range(60)]
    Party.objects.bulk_create(rows)
    with django_assert_num_queries(7):
        assert len(as_alice.get("/customers/").context["page"]) == 50
