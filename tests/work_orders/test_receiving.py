"""What a work order becomes: which customer, which lines, which warnings, and what happens when it comes again."""

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from customers import merging
from customers.models import Address, Party
from documents.models import Document, Warning
from documents.services import annexing, crediting, drafting, issuing, wording
from integrations.models import Connection, ExternalRef, InboundHook
from invoices.kinds import INVOICE
from products.models import Product
from tests.climapulse import deliver, sample
from users.models import Company, Membership, TimeRounding, User, VatScheme
from work_orders.models import LineSource, WorkOrder

pytestmark = pytest.mark.usefixtures("scope")
MAINTENANCE = sample("maintenance-known-customer")
REPAIR = sample("repair-new-private-customer")


def order(base: dict[str, Any] = REPAIR, **changes: Any) -> dict[str, Any]:
    payload = copy.deepcopy(base)
    payload["work_order"] |= changes
    return payload


def customer(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(REPAIR["work_order"]["customer"]), **changes}


def codes(answer: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


def party(company: Company, number: str, name: str, key: str, **fields: Any) -> Party:
    return Party.objects.create(company=company, number=number, name=name, name_key=key, **fields)


# --- the customer ---


def test_vat_number_in_any_spelling_finds_the_customer(climapulse: Connection, dupont: Party) -> None:
    for number, spelling in enumerate(("be0403019261", "BE 0403.019.261", "0403.019.261", "BE403019261")):
        known = customer(id=f"c-{number}", name="Someone", vat_number=spelling)
        answer = deliver(climapulse, order(id=f"wo-{number}", customer=known), f"msg_{number}").json()
        assert (answer["customer"]["id"], answer["customer"]["matched_by"]) == (str(dupont.pk), "vat_number")
        assert codes(answer)[:1] == ["customer_differs"]
    assert Party.objects.count() == 1


def test_same_customer_id_wins_over_everything_else(climapulse: Connection, dupont: Party, company: Company) -> None:
    deliver(climapulse, order())
    janssens = Party.objects.exclude(pk=dupont.pk).get()
    moved = customer(vat_number="BE0403019261", name="Quite other")
    answer = deliver(climapulse, order(id="wo-2", customer=moved), "msg_2").json()
    assert (answer["customer"]["id"], answer["customer"]["matched_by"]) == (str(janssens.pk), "external_id")
    janssens.refresh_from_db()
    assert (janssens.name, janssens.vat_number) == ("Janssens Jan", "")


def test_email_and_name_then_name_and_postal_code_find_the_customer(climapulse: Connection, company: Company) -> None:
    mailed = party(company, "C1", "Zoé Froid", "zoe froid", email="zoe@froid.example")
    placed = party(company, "C2", "Café du Port", "cafe du port", postal_code="4000")
    by_mail = customer(id="", name="ZOE FROID SRL", email="Zoe@Froid.example", address={"postal_code": "1000"})
    by_place = customer(id="", name="Cafe du Port, S.A.", email="x@y.example", address={"postal_code": "4000"})
    stranger = customer(id="", name="Zoé Froid", email="other@froid.example", address={"postal_code": "9999"})
    found = [
        deliver(climapulse, order(id=f"wo-{n}", customer=given), f"msg_{n}").json()["customer"]
        for n, given in enumerate((by_mail, by_place, stranger))
    ]
    assert [(one["id"], one["matched_by"]) for one in found[:2]] == [
        (str(mailed.pk), "email"),
        (str(placed.pk), "name_and_postal_code"),
    ]
    assert (found[2]["created"], found[2]["matched_by"]) == (True, None)


def test_two_candidates_are_not_guessed(climapulse: Connection, company: Company) -> None:
    twins = [party(company, f"C{n}", "Janssens Jan", "janssens jan", postal_code="9000") for n in (1, 2)]
    answer = deliver(climapulse, order()).json()
    assert answer["customer"]["created"] is True
    assert "possible_duplicate_customer" in codes(answer)
    warning = Warning.objects.get(code="possible_duplicate_customer")
    assert [one["id"] for one in warning.data["candidates"]] == [str(twin.pk) for twin in twins]
    assert Party.objects.count() == 3
    refreshed = deliver(climapulse, order(memo="Nieuw"), "msg_1b").json()
    assert (refreshed["updated"], "possible_duplicate_customer" in codes(refreshed)) == (True, True)
    # From now on the id decides: no fourth one.
    assert deliver(climapulse, order(id="wo-2"), "msg_2").json()["customer"]["matched_by"] == "external_id"
    assert Party.objects.count() == 3


def test_archived_customer_is_not_invoiced(climapulse: Connection, dupont: Party) -> None:
    Party.objects.update(is_archived=True)
    answer = deliver(climapulse, order(MAINTENANCE)).json()
    assert (answer["customer"]["created"], answer["customer"]["id"] == str(dupont.pk)) == (True, False)


def test_invalid_vat_number_is_kept_and_said(climapulse: Connection, dupont: Party) -> None:
    answer = deliver(climapulse, order(customer=customer(vat_number="BE0403019262"))).json()
    assert codes(answer)[:2] == ["invalid_vat_number", "check_vat_regime"]
    assert Party.objects.exclude(pk=dupont.pk).get().vat_number == "BE0403019262"


def test_what_differs_is_shown_and_the_record_kept(climapulse: Connection, dupont: Party) -> None:
    changed = {**MAINTENANCE["work_order"]["customer"], "email": "new@dupont.example", "phone": "+32 2 999 00 00"}
    answer = deliver(climapulse, order(MAINTENANCE, customer=changed)).json()
    differs = next(warning for warning in answer["warnings"] if warning["code"] == "customer_differs")
    assert "new@dupont.example" in differs["message"]
    assert "compta@dupont.example" not in str(answer)
    dupont.refresh_from_db()
    assert (dupont.email, dupont.phone) == ("compta@dupont.example", "")


@pytest.mark.parametrize(
    "given",
    [
        {"email": "not an address"},
        {"address": {"street": "x" * 200, "number": "1" * 50, "box": "b" * 50, "city": "Gent"}},
        {"phone": "0" * 50, "vat_number": "X" * 50},
        {"language": "de"},
        {"name": "BV"},
        {"name": "...", "address": {"country": "us"}},
    ],
)
def test_odd_but_valid_customers_are_taken(climapulse: Connection, given: dict[str, Any]) -> None:
    assert deliver(climapulse, order(customer=customer(**given))).status_code == 201
    assert Party.objects.count() == 1


# --- lines, prices, VAT ---


def test_time_is_rounded_up_per_row_as_the_company_says(climapulse: Connection, company: Company, marc: User) -> None:
    person = {"email": "MARC@frigotech.example"}
    entries = [{"user": person, "minutes": minutes} for minutes in (1, 50, 60)]
    expected = {
        TimeRounding.EXACT: ["1.08", "54.17", "65.00"],
        TimeRounding.QUARTER: ["16.25", "65.00", "65.00"],
        TimeRounding.HALF_HOUR: ["32.50", "65.00", "65.00"],
        TimeRounding.HOUR: ["65.00", "65.00", "65.00"],
    }
    for number, (rounding, nets) in enumerate(expected.items()):
        Company.objects.update(time_rounding=rounding)
        deliver(climapulse, order(id=f"wo-{number}", time_entries=entries, materials=[]), f"msg_{number}")
        document = WorkOrder.objects.get(external_id=f"wo-{number}").document
        assert [str(line.net) for line in document.lines.all()[1:]] == nets


def test_materials_are_found_by_our_id_then_the_inventory_s_then_the_number(
    climapulse: Connection, company: Company, products: dict[str, Product]
) -> None:
    filtre, gaz = products["P0001"], products["P0007"]
    ExternalRef.objects.create(
        company=company,
        connection=climapulse,
        kind="product",
        external_id=str(gaz.pk),
        object_id=gaz.pk,
        remote_id="inv-7",
    )
    rows = [
        {"name": "a", "quantity": "1", "external_id": str(filtre.pk), "inventory_id": "inv-7", "reference": "P0007"},
        {"name": "b", "quantity": "1", "external_id": "gone", "inventory_id": "inv-7", "reference": "P0001"},
        {"name": "c", "quantity": "1", "inventory_id": "inv-0", "reference": "P0001"},
        {"name": "d", "quantity": "2.5", "reference": "P9999", "unit": "MTR", "serial_numbers": ["S1", "S2"]},
    ]
    answer = deliver(climapulse, order(materials=rows, time_entries=[])).json()
    lines = list(Document.objects.get().lines.all()[1:])
    assert [(line.product, line.description) for line in lines] == [
        (filtre, "Filtre G4 592x592"),
        (gaz, "Réfrigérant R-410A"),
        (filtre, "Filtre G4 592x592"),
        (None, "d"),
    ]
    assert (lines[3].unit, lines[3].quantity, lines[3].unit_price) == ("MTR", Decimal("2.5"), 0)
    assert "S1, S2" in lines[3].detail
    assert [w["pointer"] for w in answer["warnings"] if w["code"] == "unknown_material"] == ["/work_order/materials/3"]


def test_price_including_vat_enters_net_with_six_decimals(climapulse: Connection, products: dict[str, Product]) -> None:
    Product.objects.filter(number="P0001").update(price_includes_vat=True)
    rows = [{"name": "a", "quantity": "1", "reference": "P0001"}]
    deliver(climapulse, order(materials=rows, time_entries=[]))
    assert Document.objects.get().lines.get(role="item").unit_price == Decimal("20.578512")


def test_missing_prices_stand_at_zero_with_a_warning_each(
    climapulse: Connection, company: Company, marc: User, products: dict[str, Product]
) -> None:
    Membership.objects.update(billable_rate=None)
    Company.objects.update(mileage_rate=None)
    Product.objects.update(unit_price=0)
    rows = [{"name": "a", "quantity": "1", "reference": "P0001"}]
    answer = deliver(climapulse, order(materials=rows, distance_km="10")).json()
    assert codes(answer) == ["check_vat_regime", "missing_rate", "missing_mileage_rate", "missing_price"]
    assert [warning.get("pointer") for warning in answer["warnings"][1:]] == [
        "/work_order/time_entries/0",
        "/work_order/distance_km",
        "/work_order/materials/0",
    ]
    assert answer["invoice"]["total_gross"] == "0.00"


def test_no_kilometres_make_no_line(climapulse: Connection) -> None:
    deliver(climapulse, order(distance_km="0", materials=[], time_entries=[]))
    assert [line.role for line in Document.objects.get().lines.all()] == ["text"]


def test_namesakes_are_not_guessed(climapulse: Connection, company: Company, marc: User) -> None:
    other = User.objects.create_user("other@frigotech.example", first_name="Peeters", last_name="Marc")
    Membership.objects.create(company=company, user=other, billable_rate=Decimal(1))
    assert "unknown_technician" in codes(deliver(climapulse, order()).json())


def test_regime_of_the_site_then_of_the_customer_decides(
    climapulse: Connection, dupont: Party, company: Company
) -> None:
    place = {"street": "Quai des Usines", "number": "4", "postal_code": "1000", "city": "Bruxelles"}
    Address.objects.create(
        company=company,
        party=dupont,
        street="quai des usines",
        street_number="4",
        postal_code="1000",
        city="Bruxelles",
        vat_regime="renovation",
    )
    Party.objects.update(vat_regime="reverse_charge")
    answer = deliver(climapulse, order(MAINTENANCE, location={"address": place})).json()
    first = Document.objects.get()
    assert (first.vat_regime, answer["invoice"]["total_vat"], first.site["street"]) == (
        "renovation",
        "1.15",
        "Quai des Usines",
    )
    deliver(climapulse, order(MAINTENANCE, id="wo-2", location={"name": "Ailleurs"}), "msg_2")
    second = Document.objects.exclude(pk=first.pk).get()
    assert (second.vat_regime, second.total_vat) == ("reverse_charge", 0)


def test_small_business_checks_no_regime(climapulse: Connection, company: Company) -> None:
    Company.objects.update(vat_scheme=VatScheme.SMALL_BUSINESS)
    answer = deliver(climapulse, order()).json()
    assert "check_vat_regime" not in codes(answer)
    assert Document.objects.get().vat_regime == "small_business"


def test_default_rate_that_is_no_belgian_rate_is_said(climapulse: Connection, company: Company, marc: User) -> None:
    Company.objects.update(default_vat_rate=Decimal("20.00"))
    answer = deliver(climapulse, order(materials=[])).json()
    assert "missing_vat_rate" in codes(answer)
    assert answer["invoice"]["total_vat"] == "21.61"


# --- the same order again ---


def test_untouched_draft_is_refreshed(climapulse: Connection, marc: User) -> None:
    first = deliver(climapulse, order()).json()
    newer = order(
        time_entries=[{"user": {"email": "marc@frigotech.example"}, "minutes": 60}], materials=[], memo="Nieuw",
        customer=customer(name="Someone Else", id="c-999"),
    )  # fmt: skip
    response = deliver(climapulse, newer, "msg_2")
    answer = response.json()
    assert (response.status_code, answer["updated"], answer["repeated"]) == (200, True, False)
    assert (answer["invoice"]["id"], answer["customer"]["id"]) == (first["invoice"]["id"], first["customer"]["id"])
    document = Document.objects.get()
    assert (document.total_net, document.note, document.edited_at) == (Decimal("65.00"), "Nieuw", None)
    assert LineSource.objects.count() == 1
    assert codes(answer) == ["customer_differs", "check_vat_regime"]
    assert Party.objects.count() == 1


def test_draft_that_a_person_edited_is_left_alone(climapulse: Connection, marc: User, alice: User) -> None:
    deliver(climapulse, order())
    drafting.update(Document.objects.get(), by=alice, reference="PO 1")
    response = deliver(climapulse, order(memo="Nieuw", materials=[]), "msg_2")
    answer = response.json()
    assert (response.status_code, answer["repeated"], answer["updated"]) == (200, True, False)
    assert codes(answer)[-1] == "draft_edited"
    document = Document.objects.get()
    assert (document.note, document.reference, document.lines.count()) == ("Condensatiepomp vervangen.", "PO 1", 3)


def test_internal_note_does_not_count_as_an_edit(climapulse: Connection, marc: User, alice: User) -> None:
    deliver(climapulse, order())
    drafting.update(Document.objects.get(), by=alice, internal_note="Bellen")
    assert deliver(climapulse, order(memo="Nieuw"), "msg_2").json()["updated"] is True
    assert Document.objects.get().note == "Nieuw"


def test_issued_invoice_is_left_alone_until_it_is_credited_in_full(
    climapulse: Connection, marc: User, alice: User
) -> None:
    deliver(climapulse, order(materials=[]))
    invoice = issuing.issue(Document.objects.get(), by=alice)
    response = deliver(climapulse, order(memo="Nieuw"), "msg_2")
    answer = response.json()
    assert (response.status_code, answer["repeated"]) == (200, True)
    assert codes(answer)[-1] == "invoice_already_issued"
    assert (answer["invoice"]["state"], answer["invoice"]["number"]) == ("issued", invoice.number)
    credit = crediting.credit(invoice, by=alice)
    assert deliver(climapulse, order(), "msg_3").status_code == 200
    issuing.issue(credit, by=alice)
    again = deliver(climapulse, order(), "msg_4")
    assert again.status_code == 201
    assert again.json()["invoice"]["id"] not in (str(invoice.pk), str(credit.pk))
    assert Document.objects.filter(kind="invoice").count() == 2


def test_partly_credited_invoice_is_left_alone(climapulse: Connection, marc: User, alice: User) -> None:
    deliver(climapulse, order(materials=[]))
    invoice = issuing.issue(Document.objects.get(), by=alice)
    line = invoice.lines.get(role="item")
    issuing.issue(crediting.credit(invoice, by=alice, quantities={line.pk: Decimal(1)}), by=alice)
    assert deliver(climapulse, order(), "msg_2").status_code == 200
    assert Document.objects.filter(kind="invoice").count() == 1


def test_deleted_draft_is_made_anew(climapulse: Connection, alice: User) -> None:
    first = deliver(climapulse, order()).json()
    drafting.delete(Document.objects.get(), by=alice)
    response = deliver(climapulse, order(), "msg_2")
    assert response.status_code == 201
    assert response.json()["invoice"]["id"] != first["invoice"]["id"]
    assert response.json()["customer"]["id"] == first["customer"]["id"]
    assert Document.objects.count() == 1


def test_older_message_never_overwrites_a_newer_one(climapulse: Connection) -> None:
    deliver(climapulse, order(memo="Oud"), "msg_1")
    deliver(climapulse, order(memo="Nieuw"), "msg_2")
    old = InboundHook.objects.get(message_id="msg_1")
    InboundHook.objects.filter(pk=old.pk).update(state="waiting", received_at=timezone.now() - timedelta(minutes=5))
    answer = deliver(climapulse, order(memo="Oud"), "msg_1").json()
    assert (answer["repeated"], answer["updated"]) == (True, False)
    assert Document.objects.get().note == "Nieuw"


def test_another_account_s_order_with_the_same_id_is_another_order(climapulse: Connection) -> None:
    deliver(climapulse, order())
    climapulse.account = {"id": "acc-other", "company_name": "Other"}
    climapulse.save()
    assert deliver(climapulse, order(), "msg_2").status_code == 201
    assert Document.objects.count() == 2


def test_internal_notes_never_leave(climapulse: Connection, dupont: Party, alice: User) -> None:
    note = "Ne jamais montrer ceci"
    for number in range(3):
        response = deliver(climapulse, order(MAINTENANCE, internal_notes=note), f"msg_{number}")
        assert note not in response.content.decode()
    assert Document.objects.get().internal_note == note


def test_hand_added_annexes_survive_a_refresh(climapulse: Connection, dupont: Party, alice: User) -> None:
    deliver(climapulse, MAINTENANCE)
    document = Document.objects.get()
    annexing.add(document, content=b"%PDF-1.4 mine", filename="mine.pdf", by=alice)
    only_second = order(MAINTENANCE, attachments=MAINTENANCE["work_order"]["attachments"][1:])
    deliver(climapulse, only_second, "msg_2")
    assert sorted(document.files.values_list("filename", flat=True)) == ["certificat-etancheite.pdf", "mine.pdf"]


def test_merging_the_duplicates_ends_the_warning(
    climapulse: Connection, company: Company, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    twins = [party(company, f"C{n}", "Janssens Jan", "janssens jan", postal_code="9000") for n in (1, 2)]
    deliver(climapulse, order())
    kept = Document.objects.get().party
    for twin, left in zip(twins, (1, 0), strict=True):
        with django_capture_on_commit_callbacks(execute=True):
            merging.merge(kept, other=twin, by=alice)
        assert Warning.objects.filter(code="possible_duplicate_customer").count() == left


def test_the_draft_closes_with_the_companys_text_in_the_customers_language(
    climapulse: Connection, company: Company, alice: User
) -> None:
    for language in ("fr", "nl", "en"):
        wording.add(company, INVOICE, language=language, name="Usual", body=f"{language} %due_date%", by=alice)
    deliver(climapulse, order())
    draft = Document.objects.get()
    assert draft.terms == f"{draft.language} %due_date%"
