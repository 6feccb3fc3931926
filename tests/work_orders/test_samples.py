"""The contract's four samples on the demo company, answered as its table says."""

from decimal import Decimal

from customers.models import Party
from documents.models import Document
from integrations.models import Connection, HookState, InboundHook
from products.models import Product
from tests.climapulse import deliver, sample
from users.models import User
from work_orders.models import WorkOrder


def codes(answer: dict) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


def test_maintenance_of_a_known_customer_is_priced_to_the_cent(
    climapulse: Connection, marc: User, elodie: User, dupont: Party, products: dict[str, Product]
) -> None:
    response = deliver(climapulse, sample("maintenance-known-customer"))
    assert response.status_code == 201, response.content
    answer = response.json()
    document = Document.objects.get()
    hook = InboundHook.objects.get()
    assert answer["delivery"] == str(hook.pk)
    assert answer["work_order"] == "wo-2026-0141"
    assert (answer["repeated"], answer["updated"]) == (False, False)
    assert answer["invoice"] == {
        "id": str(document.pk),
        "state": "draft",
        "number": None,
        "total_net": "355.83",
        "total_vat": "74.72",
        "total_gross": "430.55",
        "currency": "EUR",
        "url": f"http://testserver/invoices/{document.pk}/",
    }
    assert answer["customer"] == {
        "id": str(dupont.pk),
        "name": "Boulangerie Dupont SRL",
        "created": False,
        "matched_by": "vat_number",
    }
    assert answer["warnings"] == []
    lines = list(document.lines.all())
    assert [line.net for line in lines[1:]] == [
        Decimal("162.50"),
        Decimal("48.75"),
        Decimal("19.13"),
        Decimal("49.80"),
        Decimal("75.65"),
    ]
    assert [line.unit for line in lines[1:]] == ["HUR", "HUR", "KMT", "C62", "KGM"]
    assert lines[0].role == "text"
    for part in ("BT-2026-0141", "20/11/2026", "Entretien annuel climatisation", "AC-01", "Daikin VRV", "R-410A"):
        assert part in lines[0].description
    for part in ("Marc Peeters", "20/11/2026", "Nettoyage et contrôle d'étanchéité"):
        assert part in lines[1].description
    assert document.party == dupont
    assert document.language == "fr"
    assert document.edited_at is None
    assert document.reference == "PO 4500017"
    assert document.delivery_date.isoformat() == "2026-11-20"
    assert document.note.startswith("Contrôle d'étanchéité effectué")
    assert document.internal_note.startswith("Client se plaint")
    assert document.site == {
        "name": "Atelier",
        "region": "brussels",
        "street": "Quai des Usines",
        "street_number": "4",
        "box": "",
        "postal_code": "1000",
        "city": "Bruxelles",
        "country": "BE",
    }
    files = {file.external_id: (file.filename, file.label, file.send_along) for file in document.files.all()}
    assert files == {
        "a-1": ("BT-2026-0141.pdf", "work_order", True),
        "a-2": ("certificat-etancheite.pdf", "certificate", True),
    }
    assert "plaint" not in response.content.decode()
    assert hook.state == HookState.PROCESSED


def test_repair_for_an_unknown_private_customer_creates_them(
    climapulse: Connection, marc: User, products: dict[str, Product]
) -> None:
    response = deliver(climapulse, sample("repair-new-private-customer"))
    assert response.status_code == 201, response.content
    answer = response.json()
    party = Party.objects.get()
    assert answer["customer"] == {"id": str(party.pk), "name": "Janssens Jan", "created": True, "matched_by": None}
    assert codes(answer) == ["check_vat_regime", "unknown_material"]
    assert answer["warnings"][1]["pointer"] == "/work_order/materials/0"
    assert (party.language, party.is_company, party.box, party.city) == ("nl", False, "2", "Gent")
    document = Document.objects.get()
    assert [line.net for line in document.lines.all()[1:]] == [Decimal("102.92"), Decimal("0.00")]
    assert (document.total_net, document.total_vat) == (Decimal("102.92"), Decimal("21.61"))
    assert document.language == "nl"


def test_foreign_customer_with_an_unknown_technician_and_a_missing_file(
    climapulse: Connection, django_capture_on_commit_callbacks, scope
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = deliver(climapulse, sample("foreign-customer-unknown-technician"))
    assert response.status_code == 201, response.content
    answer = response.json()
    assert answer["customer"]["created"] is True
    assert codes(answer) == ["check_vat_regime", "unknown_technician"]
    document = Document.objects.get()
    assert (document.total_gross, document.buyer_vat) == (Decimal("0.00"), "FR40303265045")
    assert [line.unit for line in document.lines.all()[1:]] == ["HUR"]
    assert sorted(document.warnings.values_list("code", flat=True)) == [
        "attachment_unavailable",
        "check_vat_regime",
        "unknown_technician",
    ]
    assert document.warnings.get(code="attachment_unavailable").pointer == "/work_order/attachments/0"


def test_invalid_order_is_refused_by_pointer_and_kept_in_the_list(climapulse: Connection, scope) -> None:
    response = deliver(climapulse, sample("invalid"))
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert {error["pointer"] for error in problem["errors"]} == {
        "/work_order/number",
        "/work_order/customer/name",
        "/work_order/time_entries/0/minutes",
        "/work_order/materials/0/quantity",
    }
    assert InboundHook.objects.get().state == HookState.REFUSED
    assert (Document.objects.count(), WorkOrder.objects.count(), Party.objects.count()) == (0, 0, 0)
    again = deliver(climapulse, sample("invalid"))
    assert (again.status_code, again.json()) == (422, problem)
    assert InboundHook.objects.count() == 1
