import pytest
from django.contrib import admin
from django.test import Client

from activity import events
from activity.models import Job
from branding.services import default_theme
from customers.models import Party
from customers.services import AddressInput, ContactInput, update_party
from products.models import Product
from users import inviting
from users.models import Company, SignUp, User
from users.services import create_token

APPS = ("users", "customers", "products", "branding", "activity")
MODELS = [model for model in admin.site._registry if model._meta.app_label in APPS]


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("operator@efactori.example", "correct horse"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_the_operator_lists_and_opens_rows_of_every_company(
    operator: Client, scope: Company, alice: User, dupont: Party, products: dict[str, Product], model: type
) -> None:
    update_party(dupont, by=alice, contacts=[ContactInput(name="Anne")], addresses=[AddressInput(city="Namur")])
    default_theme(scope)
    create_token(company=scope, user=alice, name="Script", by=alice)
    inviting.invite(company=scope, email=f"{model.__name__}@x.example", by=alice)
    SignUp.objects.create(email="diane@lambert.example", company_name="Lambert SRL")
    events.record("tests.thing.happened", dupont, by=alice)
    Job.objects.create(company_id=scope.pk, name="tests.none", key="k")
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    answer = operator.get(f"{base}?q=a")
    assert answer.status_code == 200
    row = model._default_manager.order_by("pk").first()
    assert operator.get(f"{base}{row.pk}/change/").status_code == 200
    assert operator.get(f"{base}{row.pk}/history/").status_code == 200


def test_tenant_rows_are_not_written_there(operator: Client, scope: Company, dupont: Party) -> None:
    path = f"/admin/customers/party/{dupont.pk}/"
    assert operator.post(f"{path}change/", {"name": "Changed"}).status_code == 403
    assert operator.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    assert operator.get("/admin/customers/party/add/").status_code == 403
    dupont.refresh_from_db()
    assert dupont.name == "Boulangerie Dupont SRL"


def test_the_operator_makes_a_person(operator: Client) -> None:
    fields = {"email": "new@efactori.example", "usable_password": "true"}
    passwords = {"password1": "a longer phrase", "password2": "a longer phrase"}
    assert operator.post("/admin/users/user/add/", {**fields, **passwords}).status_code == 302
    assert Client().login(username="new@efactori.example", password="a longer phrase")


def test_an_owner_of_a_company_is_no_operator(as_alice: Client) -> None:
    assert as_alice.get("/admin/").status_code == 302
