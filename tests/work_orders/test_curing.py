"""Warnings are cured where they stand: one answer, the draft priced again, and back on its page."""

import copy
import re
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import translation

from customers.merging import merge
from customers.models import Party
from customers.services import update_party
from documents import warnings
from documents.models import Document, Warning
from documents.services import drafting
from documents.services.drafting import LineInput
from integrations.models import Connection
from invoices import points
from products.models import Product
from tests.climapulse import deliver, sample
from users.models import Company, Membership, User
from work_orders.services import repricing
from work_orders.warnings import PRICE_CODES

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture(autouse=True)
def _english(alice: User, bob: User) -> None:
    User.objects.update(language="en")


@pytest.fixture
def draft(climapulse: Connection, company: Company) -> Document:
    """An hour of somebody unknown, ten kilometres at no price, and two pumps that are no product yet."""
    Company.objects.update(mileage_rate=None)
    payload = copy.deepcopy(sample("repair-new-private-customer"))
    payload["work_order"] |= {
        "time_entries": [{"user": {"full_name": "New Hire", "email": "new.hire@frigotech.example"}, "minutes": 90}],
        "distance_km": "10",
        "materials": [{"name": "Condensatiepomp", "reference": "P0100", "quantity": "2"}],
    }
    assert deliver(climapulse, payload).status_code == 201
    return Document.objects.get()


def address(document: Document, code: str) -> str:
    return f"/work-orders/of-document/{document.pk}/cure/{document.warnings.get(code=code).pk}/"


def codes(document: Document) -> list[str]:
    """The lines that have no price, by why."""
    return sorted(document.warnings.filter(code__in=PRICE_CODES).values_list("code", flat=True))


def prices(document: Document) -> list[tuple[Decimal, Decimal]]:
    return list(document.lines.filter(role="item").values_list("quantity", "unit_price"))


def said(client: Client, document: Document) -> str:
    return str(client.get(document.get_absolute_url()).content.decode())


def told(document: Document, person: User) -> list[dict[str, Any]]:
    """The points that a person is shown, in English."""
    with translation.override("en"):
        found = points.of(document, viewer=person.memberships.get())
        return [{**point, "cures": [(str(cure.label), cure.url) for cure in point["cures"]]} for point in found]


PERSON = {"first_name": "New", "last_name": "Hire", "email": "new.hire@frigotech.example", "billable_rate": "70,5"}


def test_the_technician_is_created_and_the_hours_are_priced(as_alice: Client, draft: Document) -> None:
    url = address(draft, "unknown_technician")
    assert f'href="{url}" data-dialog' in said(as_alice, draft)
    form = as_alice.get(url).context["form"]
    assert (form["first_name"].value(), form["last_name"].value()) == ("New", "Hire")
    assert form["email"].value() == "new.hire@frigotech.example"
    response = as_alice.post(url, {**PERSON, "billable_rate": "70.5"})
    assert response.headers["Location"] == draft.get_absolute_url()
    assert "Done. 1 line got a price." in said(as_alice, draft)
    member = Membership.objects.get(user__email="new.hire@frigotech.example")
    assert (member.billable_rate, member.role, member.user.full_name) == (Decimal("70.5"), "employee", "New Hire")
    assert prices(draft)[0] == (Decimal("1.5"), Decimal("70.5"))
    assert codes(draft) == ["missing_mileage_rate", "unknown_material"]


def test_a_person_whom_the_order_would_not_find_is_not_created(as_alice: Client, draft: Document) -> None:
    changed = {**PERSON, "billable_rate": "70", "first_name": "Nele", "email": "nele@frigotech.example"}
    page = as_alice.post(address(draft, "unknown_technician"), changed)
    assert page.status_code == 422
    assert "Keep the name or the e-mail of the work order" in page.content.decode()
    assert not User.objects.filter(email="nele@frigotech.example").exists()
    assert codes(draft) == ["missing_mileage_rate", "unknown_material", "unknown_technician"]


def test_a_technician_without_a_rate_gets_one(as_alice: Client, draft: Document, company: Company, alice: User) -> None:
    user = User.objects.create_user("new.hire@frigotech.example", first_name="New", last_name="Hire")
    member = Membership.objects.create(company=company, user=user)
    repricing.reprice(draft, by=alice)
    as_alice.post(address(draft, "missing_rate"), {"billable_rate": "60"})
    member.refresh_from_db()
    assert member.billable_rate == Decimal(60)
    assert prices(draft)[0] == (Decimal("1.5"), Decimal(60))


def test_the_price_per_kilometre_is_the_companys_from_then_on(as_alice: Client, draft: Document) -> None:
    as_alice.post(address(draft, "missing_mileage_rate"), {"mileage_rate": "0.4415"})
    assert Company.objects.get().mileage_rate == Decimal("0.4415")
    assert prices(draft)[1] == (Decimal(10), Decimal("0.4415"))
    assert codes(draft) == ["unknown_material", "unknown_technician"]


def test_a_price_that_is_kept_makes_the_product_that_the_next_order_finds(as_alice: Client, draft: Document) -> None:
    as_alice.post(address(draft, "unknown_material"), {"unit_price": "89.90", "keep": "on"})
    product = Product.objects.get()
    assert (product.number, product.name, product.unit_price) == ("P0100", "Condensatiepomp", Decimal("89.90"))
    line = draft.lines.get(product=product)
    assert (line.quantity, line.unit_price) == (Decimal(2), Decimal("89.90"))
    draft.refresh_from_db()
    assert draft.edited_at is None  # a newer message may still refresh it
    assert codes(draft) == ["missing_mileage_rate", "unknown_technician"]


def test_a_price_for_this_time_leaves_the_products_alone(as_alice: Client, draft: Document) -> None:
    as_alice.post(address(draft, "unknown_material"), {"unit_price": "89.90"})
    assert prices(draft)[2] == (Decimal(2), Decimal("89.90"))
    assert Product.objects.count() == 0
    assert codes(draft) == ["missing_mileage_rate", "unknown_technician"]


def test_a_price_is_kept_on_a_product_in_its_own_basis(as_alice: Client, scope: Company, dupont: Party) -> None:
    product = Product.objects.create(company=scope, number="P1", name="Vanne", price_includes_vat=True)
    line = LineInput(product=product, unit_price=Decimal(0), own_rate=Decimal(21))
    draft = drafting.create("invoice", company=scope, party=dupont, by=None, lines=[line])
    warnings.add(draft, "missing_price", line=draft.lines.get(), name="Vanne", product=str(product.pk))
    as_alice.post(address(draft, "missing_price"), {"unit_price": "100", "keep": "on"})
    product.refresh_from_db()
    assert product.unit_price == Decimal(121)
    assert prices(draft) == [(Decimal(1), Decimal(100))]
    assert codes(draft) == []


def test_hours_whose_line_was_edited_by_hand_get_the_rate_too(as_alice: Client, draft: Document, alice: User) -> None:
    lines = [repricing.as_it_is(line) for line in draft.lines.select_related("product", "source")]
    edited = [line if line.unit != "HUR" else LineInput("Dépannage", id=line.id, unit="HUR") for line in lines]
    drafting.update(draft, by=alice, lines=edited)
    as_alice.post(address(draft, "unknown_technician"), {**PERSON, "billable_rate": "70"})
    assert prices(draft)[0] == (Decimal(1), Decimal(70))
    assert "unknown_technician" not in codes(draft)


@pytest.mark.parametrize(
    ("code", "unit"), [("unknown_technician", "€/h"), ("missing_mileage_rate", "€/km"), ("unknown_material", "€")]
)
def test_a_price_that_is_asked_for_names_its_unit(as_alice: Client, draft: Document, code: str, unit: str) -> None:
    page = as_alice.get(address(draft, code)).content.decode()
    assert re.findall(r'<span class="affix-unit">(.*?)</span>', page) == [unit]


@pytest.mark.parametrize("price", ["", "0", "-1", "x", "1e30", "NaN"])
def test_what_is_no_price_is_said_at_the_field(as_alice: Client, draft: Document, price: str) -> None:
    page = as_alice.post(address(draft, "unknown_material"), {"unit_price": price, "keep": "on"})
    assert page.status_code == 422
    assert 'id="id_unit_price_error"' in page.content.decode()
    assert Product.objects.count() == 0
    assert len(codes(draft)) == 3


def test_a_point_that_is_settled_already_leads_back(as_alice: Client, draft: Document) -> None:
    url = address(draft, "unknown_material")
    for _click in range(2):
        response = as_alice.post(url, {"unit_price": "89.90", "keep": "on"})
        assert response.headers["Location"] == draft.get_absolute_url()
    assert "This point is settled already." in said(as_alice, draft)
    assert Product.objects.count() == 1


def test_an_employee_sets_prices_and_is_told_who_may_do_the_rest(
    as_bob: Client, draft: Document, bob: User, alice: User
) -> None:
    found = [point for point in told(draft, bob) if not point["dismissal"]]
    assert [(point.get("hint", ""), [label for label, _url in point["cures"]]) for point in found] == [
        ("Only an owner can do this: Alice Martin.", []),
        ("Only an owner can do this: Alice Martin.", []),
        ("", ["Set the price"]),
    ]
    assert as_bob.post(address(draft, "unknown_technician"), PERSON).status_code == 403
    assert not User.objects.filter(email=PERSON["email"]).exists()
    assert as_bob.post(address(draft, "unknown_material"), {"unit_price": "9"}).status_code == 302


@pytest.mark.parametrize("place", ["start", "message"])
def test_no_other_page_offers_what_a_person_may_not_do(
    as_alice: Client, as_bob: Client, draft: Document, place: str
) -> None:
    url = address(draft, "unknown_technician")
    Warning.objects.exclude(code="unknown_technician").delete()
    page = "/" if place == "start" else as_alice.get(f"/work-orders/of-document/{draft.pk}/").headers["Location"]
    link = f'href="{url}" data-dialog'
    assert link in as_alice.get(page).content.decode()
    assert link not in as_bob.get(page).content.decode()


def test_outsiders_cure_nothing(charlie: User, draft: Document) -> None:
    client = Client()
    client.force_login(charlie)
    url = address(draft, "unknown_material")
    assert (client.get(url).status_code, client.post(url, {"unit_price": "9"}).status_code) == (404, 404)
    assert len(codes(draft)) == 3


def test_a_double_is_merged_and_the_person_is_back_on_the_invoice(
    as_alice: Client, scope: Company, dupont: Party, alice: User
) -> None:
    double = Party.objects.create(company=scope, number="C00002", name="Dupont")
    draft = drafting.create("invoice", company=scope, party=double, by=None)
    candidates = [{"id": str(dupont.pk), "name": dupont.name}]
    warnings.add(draft, "possible_duplicate_customer", party=str(double.pk), candidates=candidates)
    [point] = [one for one in told(draft, alice) if "created anew" in one["text"]]
    _label, url = point["cures"][0]
    assert url == f"/customers/{double.pk}/merge/{dupont.pk}/?next={quote(draft.get_absolute_url(), safe='')}"
    response = as_alice.post(url, {"keep": str(dupont.pk)})
    assert response.headers["Location"] == draft.get_absolute_url()
    assert "created anew" not in said(as_alice, draft)
    draft.refresh_from_db()
    assert draft.party == dupont


@pytest.mark.parametrize(
    ("code", "data", "change"),
    [
        ("invalid_vat_number", {"number": "BE0999"}, {"vat_number": "BE0403019261"}),
        ("customer_differs", {"fields": {"city": "Gent"}}, {"city": "GENT"}),
    ],
)
def test_a_customer_put_right_ends_what_was_said_of_them(
    as_alice: Client, scope: Company, dupont: Party, alice: User, code: str, data: Any, change: Any
) -> None:
    Party.objects.filter(pk=dupont.pk).update(vat_number="", is_company=False)
    draft = drafting.create("invoice", company=scope, party=Party.objects.get(), by=None)
    warning = warnings.add(draft, code, **data)
    with translation.override("en"):
        text = warnings.message(warning)
    assert [point["text"] for point in told(draft, alice)] == [text]
    update_party(dupont, by=alice, **change)
    assert told(Document.objects.get(), alice) == []


@pytest.mark.parametrize(
    ("lacks", "text"),
    [
        ({"street": ""}, "Complete the address of Boulangerie Dupont SRL first; an invoice to a company needs it."),
        (
            {"vat_number": ""},
            "Boulangerie Dupont SRL is a company without a VAT number; an e-invoice needs it. A private person is "
            "marked as such.",
        ),
    ],
)
def test_what_the_customer_lacks_leads_to_the_customer_and_back(
    as_alice: Client, scope: Company, dupont: Party, lacks: dict[str, str], text: str
) -> None:
    Party.objects.filter(pk=dupont.pk).update(is_company=True, **lacks)
    draft = drafting.create("invoice", company=scope, party=Party.objects.get(), by=None)
    [point] = as_alice.get(draft.get_absolute_url()).context["warnings"]
    assert point["text"] == text
    assert point["cures"][0].url == f"/customers/{dupont.pk}/edit/?next={quote(draft.get_absolute_url(), safe='')}"


@pytest.mark.parametrize("wish", ["https://evil.example/", "//evil.example/", "/\\evil.example", "evil"])
def test_the_way_back_leads_to_our_own_pages_alone(as_alice: Client, dupont: Party, scope: Company, wish: str) -> None:
    double = Party.objects.create(company=scope, number="C00002", name="Dupont")
    url = f"/customers/{double.pk}/merge/{dupont.pk}/?next={quote(wish, safe='')}"
    assert as_alice.post(url, {"keep": str(dupont.pk)}).headers["Location"] == f"/customers/{dupont.pk}/"


def test_a_merge_without_events_heard_yet_is_shown_as_settled(scope: Company, dupont: Party, alice: User) -> None:
    double = Party.objects.create(company=scope, number="C00002", name="Dupont")
    draft = drafting.create("invoice", company=scope, party=double, by=None)
    candidates = [{"id": str(dupont.pk), "name": dupont.name}]
    warnings.add(draft, "possible_duplicate_customer", party=str(double.pk), candidates=candidates)
    merge(dupont, other=double, by=alice)
    assert not warnings.holds(Warning.objects.get())
