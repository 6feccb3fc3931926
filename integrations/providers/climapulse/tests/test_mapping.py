"""A hook message in our own terms: exact for the samples, complete in its complaints, calm about anything else."""

import copy
import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.contracts.field_service import (
    Address,
    Customer,
    CustomerFacts,
    FieldError,
    Installation,
    InvalidWorkOrder,
    InvoiceFacts,
    Location,
    Outcome,
    Person,
    TimeEntry,
    Warning,
)
from integrations.providers.climapulse.mapping import answer, parse

pytestmark = pytest.mark.once

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str) -> dict[str, Any]:
    message: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return message


def errors_of(message: object) -> list[tuple[str, str]]:
    with pytest.raises(InvalidWorkOrder) as caught:
        parse(message)
    return [(error.pointer, error.code) for error in caught.value.errors]


def changed(path: str, value: Any) -> dict[str, Any]:
    """The maintenance sample with one field set."""
    message = sample("maintenance-known-customer")
    *parents, last = path.strip("/").split("/")
    place: Any = message
    for step in parents:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[int(last) if isinstance(place, list) else last] = value
    return message


def test_the_maintenance_order_is_read_whole() -> None:
    order = parse(sample("maintenance-known-customer"))
    assert (order.id, order.number, order.title) == ("wo-2026-0141", "BT-2026-0141", "Entretien annuel climatisation")
    assert (order.performed_on, order.customer_reference) == (date(2026, 11, 20), "PO 4500017")
    assert order.requested_by == Person("u-7", "Sofie Lemmens", "sofie@frigotech.example")
    assert order.customer == Customer(
        id="c-318",
        name="Boulangerie Dupont SRL",
        vat_number="BE 0403.019.261",
        email="compta@dupont.example",
        phone="+32 2 555 01 10",
        language="fr",
        address=Address("Rue du Four", "12", "", "1000", "Bruxelles", "BE"),
        contact=Person("", "Anne Dupont", "anne@dupont.example"),
    )
    assert order.location == Location(
        "Atelier", Address("Quai des Usines", "4", "", "1000", "Bruxelles", "BE"), "brussels"
    )
    assert order.installations == (
        Installation("AC-01", "cooling", "Daikin VRV", "R-410A", Decimal("6.300"), Decimal("13.15")),
    )
    assert order.time_entries == (
        TimeEntry(
            Person("u-3", "Marc Peeters", "marc@frigotech.example"),
            date(2026, 11, 20),
            150,
            "on_site",
            "Nettoyage et contrôle d'étanchéité",
            "/work_order/time_entries/0",
        ),
        TimeEntry(
            Person("u-4", "Élodie Renard", ""), date(2026, 11, 20), 50, "travel", "", "/work_order/time_entries/1"
        ),
    )
    assert order.distance_km == Decimal("42.50")
    assert [(m.reference, m.name, m.quantity, m.unit, m.pointer) for m in order.materials] == [
        ("P0001", "Filtre G4 592x592", Decimal(2), "C62", "/work_order/materials/0"),
        ("P0007", "Réfrigérant R-410A", Decimal("0.8500"), "KGM", "/work_order/materials/1"),
    ]
    assert order.memo.startswith("Contrôle d'étanchéité effectué")
    assert order.internal_notes == "Client se plaint du prix du dernier dépannage, appeler avant d'envoyer."


def test_the_maintenance_order_carries_two_whole_pdfs() -> None:
    paper, certificate = parse(sample("maintenance-known-customer")).attachments
    assert (paper.id, paper.kind, paper.filename) == ("a-1", "work_order", "BT-2026-0141.pdf")
    assert (certificate.id, certificate.kind, certificate.filename) == (
        "a-2",
        "certificate",
        "certificat-etancheite.pdf",
    )
    assert paper.sha256 == "a56350ebf8ef36197068aff8e062b923391066a858961be77c13daa07d9c0fca"
    assert certificate.sha256 == "a3fa7d7597168425ddd848307c0b79a7ba22249e84df5659e8c4f8e186f1b022"
    for file in (paper, certificate):
        assert file.content is not None
        assert (file.problem, file.size) == ("", len(file.content))
        assert hashlib.sha256(file.content).hexdigest() == file.sha256


def test_the_private_order_fills_what_was_not_sent_with_nothing() -> None:
    order = parse(sample("repair-new-private-customer"))
    assert (order.number, order.customer.name, order.customer.language) == ("WB-2026-0142", "Janssens Jan", "nl")
    assert order.customer.address == Address("Kerkstraat", "8", "2", "9000", "Gent", "BE")
    assert (order.customer.vat_number, order.customer.contact, order.location) == ("", None, None)
    assert [(t.person.full_name, t.minutes, t.activity, t.date) for t in order.time_entries] == [
        ("peeters  MARC", 95, "on_site", None)
    ]
    assert [(m.name, m.quantity, m.unit, m.reference) for m in order.materials] == [("Condensatiepomp", 1, "", "")]
    assert (order.distance_km, order.attachments, order.requested_by, order.internal_notes) == (None, (), None, "")


def test_the_foreign_order_has_zero_kilometres_and_a_file_to_fetch() -> None:
    order = parse(sample("foreign-customer-unknown-technician"))
    assert (order.customer.vat_number, order.customer.address and order.customer.address.country) == (
        "FR40303265045",
        "FR",
    )
    assert (order.distance_km, order.performed_on, order.title) == (Decimal(0), None, "")
    (file,) = order.attachments
    assert (file.id, file.filename, file.media_type, file.content, file.problem, file.size) == (
        "a-9",
        "certificate.pdf",
        "application/pdf",
        None,
        "",
        None,
    )


def test_the_invalid_order_names_its_four_fields() -> None:
    assert errors_of(sample("invalid")) == [
        ("/work_order/number", "blank"),
        ("/work_order/customer/name", "required"),
        ("/work_order/time_entries/0/minutes", "out_of_range"),
        ("/work_order/materials/0/quantity", "not_decimal"),
    ]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (None, [("", "type")]),
        ([], [("", "type")]),
        ({}, [("/event", "required"), ("/work_order", "required")]),
        ({"event": "ping", "work_order": {}}, [("/event", "not_allowed")]),
        ({"event": 1, "work_order": []}, [("/event", "type"), ("/work_order", "type")]),
    ],
)
def test_a_message_without_an_order_says_where(message: object, expected: list[tuple[str, str]]) -> None:
    assert errors_of(message)[: len(expected)] == expected


def test_an_empty_order_names_everything_that_is_required() -> None:
    assert errors_of({"event": "work_order.invoice_requested", "work_order": {}}) == [
        ("/work_order/id", "required"),
        ("/work_order/number", "required"),
        ("/work_order/customer", "required"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("/occurred_at", "yesterday", "not_a_moment"),
        ("/occurred_at", "2026-11-20T15:42:10", "not_a_moment"),
        ("/requested_by", "Sofie", "type"),
        ("/requested_by/email", 7, "type"),
        ("/work_order/id", "", "blank"),
        ("/work_order/id", "x" * 101, "too_long"),
        ("/work_order/id", 141, "type"),
        ("/work_order/number", " \t ", "blank"),
        ("/work_order/number", "9" * 51, "too_long"),
        ("/work_order/title", "a\x00b", "characters"),
        ("/work_order/title", "a\ud800b", "characters"),
        ("/work_order/title", None, "type"),
        ("/work_order/memo", "a\x1bb", "characters"),
        ("/work_order/memo", "x" * 20_001, "too_long"),
        ("/work_order/internal_notes", "a\uffffb", "characters"),
        ("/work_order/performed_on", "2026-02-30", "not_a_date"),
        ("/work_order/performed_on", "20261120", "not_a_date"),
        ("/work_order/performed_on", "0001-01-01", "not_a_date"),
        ("/work_order/customer/name", "x" * 201, "too_long"),
        ("/work_order/customer/language", "it", "not_allowed"),
        ("/work_order/customer/address/country", "Belgium", "not_allowed"),
        ("/work_order/location/region", "paris", "not_allowed"),
        ("/work_order/installations", {}, "type"),
        ("/work_order/installations", [{}] * 1001, "too_many"),
        ("/work_order/installations/0/kind", "oven", "not_allowed"),
        ("/work_order/installations/0/charge_kg", "-1", "out_of_range"),
        ("/work_order/time_entries/0", [], "type"),
        ("/work_order/time_entries/0/user", None, "type"),
        ("/work_order/time_entries/0/minutes", 0, "out_of_range"),
        ("/work_order/time_entries/0/minutes", 1441, "out_of_range"),
        ("/work_order/time_entries/0/minutes", "60", "type"),
        ("/work_order/time_entries/0/minutes", True, "type"),
        ("/work_order/time_entries/0/minutes", 60.5, "type"),
        ("/work_order/time_entries/0/minutes", float("nan"), "type"),
        ("/work_order/time_entries/0/minutes", float("inf"), "type"),
        ("/work_order/time_entries/0/minutes", 10**400, "out_of_range"),
        ("/work_order/time_entries/0/activity", "sleeping", "not_allowed"),
        ("/work_order/distance_km", "-0.01", "out_of_range"),
        ("/work_order/distance_km", "1.234", "too_precise"),
        ("/work_order/distance_km", "1000000", "out_of_range"),
        ("/work_order/distance_km", 42.5, "type"),
        ("/work_order/materials/0/name", "", "blank"),
        ("/work_order/materials/0/quantity", "0", "out_of_range"),
        ("/work_order/materials/0/quantity", "0.00000", "too_precise"),
        ("/work_order/materials/0/quantity", "1e3", "not_decimal"),
        ("/work_order/materials/0/quantity", "NaN", "not_decimal"),
        ("/work_order/materials/0/quantity", "Infinity", "not_decimal"),
        ("/work_order/materials/0/quantity", "1,5", "not_decimal"),
        ("/work_order/materials/0/quantity", "٣", "not_decimal"),
        ("/work_order/materials/0/quantity", "9" * 5000, "out_of_range"),
        ("/work_order/materials/0/serial_numbers", "ABC", "type"),
        ("/work_order/materials/0/serial_numbers", ["A", 2], "type"),
        ("/work_order/attachments/0/kind", "photo", "not_allowed"),
        ("/work_order/attachments/0/filename", "a\x00.pdf", "characters"),
        ("/work_order/attachments/0/size", -1, "out_of_range"),
        ("/work_order/attachments/0/content_base64", 5, "type"),
    ],
)
def test_one_wrong_field_is_the_one_that_is_named(path: str, value: Any, code: str) -> None:
    suffix = "/1" if value == ["A", 2] else ""
    assert errors_of(changed(path, value)) == [(path + suffix, code)]


@pytest.mark.parametrize("path", ["id", "number", "customer"])
def test_a_missing_field_is_named_by_its_own_path(path: str) -> None:
    message = sample("maintenance-known-customer")
    del message["work_order"][path]
    assert errors_of(message) == [(f"/work_order/{path}", "required")]


def test_unknown_fields_are_ignored_wherever_they_stand() -> None:
    message = sample("maintenance-known-customer")
    expected = parse(copy.deepcopy(message))
    for place in (
        message,
        message["work_order"],
        message["work_order"]["customer"],
        message["work_order"]["materials"][0],
    ):
        place["price"] = {"deep": [1, None]}
    assert parse(message) == expected


@pytest.mark.parametrize(
    ("path", "sent", "attribute", "read"),
    [
        ("/work_order/title", " Entretien\r\nannuel\t2026 ", "title", "Entretien annuel 2026"),
        ("/work_order/memo", " un\r\ndeux\rtrois\n", "memo", "un\ndeux\ntrois"),
        ("/work_order/distance_km", "007.5", "distance_km", Decimal("7.5")),
        ("/work_order/distance_km", "-0", "distance_km", Decimal(0)),
        ("/work_order/distance_km", "999999.99", "distance_km", Decimal("999999.99")),
        ("/work_order/id", "x" * 100, "id", "x" * 100),
    ],
)
def test_harmless_spellings_are_made_even(path: str, sent: str, attribute: str, read: Any) -> None:
    assert getattr(parse(changed(path, sent)), attribute) == read


@pytest.mark.parametrize(("minutes", "read"), [(1, 1), (1440, 1440), (60.0, 60)])
def test_the_bounds_of_minutes_are_allowed(minutes: float, read: int) -> None:
    assert parse(changed("/work_order/time_entries/0/minutes", minutes)).time_entries[0].minutes == read


@pytest.mark.parametrize(("sent", "read"), [("", "BE"), ("fr", "FR")])
def test_a_country_is_two_capitals_and_belgium_by_default(sent: str, read: str) -> None:
    address = parse(changed("/work_order/customer/address/country", sent)).customer.address
    assert address is not None
    assert address.country == read


@pytest.mark.parametrize("encoded", ["%%%", "JVBERi0", "é", "JVBE Ri0=", "=", "\ud800"])
def test_a_file_that_is_not_base64_never_blocks_the_order(encoded: str) -> None:
    first, second = parse(changed("/work_order/attachments/0/content_base64", encoded)).attachments
    assert (first.content, first.problem) == (None, "its content is not valid base64")
    assert second.problem == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\bon.pdf", "bon.pdf"),
        ("a/b\\c.pdf", "c.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_file_name_keeps_only_its_last_component(sent: str, kept: str) -> None:
    file = parse(changed("/work_order/attachments/0/filename", sent)).attachments[0]
    assert (file.filename, file.problem) == (kept, "")


@pytest.mark.parametrize("sent", ["..", "a/", "/", "C:\\", "a/.."])
def test_a_file_without_a_name_is_a_bad_file_and_nothing_more(sent: str) -> None:
    file = parse(changed("/work_order/attachments/0/filename", sent)).attachments[0]
    assert (file.filename, file.problem) == ("", "it has no file name")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=5),
    max_leaves=20,
)


def places(value: Any, path: str = "") -> list[str]:
    """Every place in a message."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, inner in steps for found in (f"{path}/{key}", *places(inner, f"{path}/{key}"))]


@given(message=json_values)
def test_any_json_is_an_order_or_an_invalid_order(message: object) -> None:
    with pytest.raises(InvalidWorkOrder) as caught:
        parse(message)
    assert caught.value.errors


@given(path=st.sampled_from(places(sample("maintenance-known-customer"))), value=json_values)
def test_a_known_order_with_any_value_anywhere_is_read_or_refused_with_that_pointer(path: str, value: Any) -> None:
    errors: tuple[FieldError, ...] = ()
    try:
        parse(changed(path, value))
    except InvalidWorkOrder as invalid:
        errors = invalid.errors
    assert [error.pointer for error in errors if not error.pointer.startswith(path)] == []


def test_the_answer_says_what_the_contract_names() -> None:
    outcome = Outcome(
        delivery_id="d-1",
        work_order_id="wo-1",
        repeated=False,
        updated=True,
        invoice=InvoiceFacts(
            "i-1", "draft", None, Decimal("355.83"), Decimal("74.72"), Decimal("430.55"), "EUR", "https://e/1"
        ),
        customer=CustomerFacts("c-1", "Dupont", created=False, matched_by="vat_number"),
        warnings=(
            Warning("unknown_technician", "Who is it?", "/work_order/time_entries/0"),
            Warning("check_vat_regime", "Check", ""),
        ),
    )
    assert answer(outcome) == {
        "delivery": "d-1",
        "work_order": "wo-1",
        "repeated": False,
        "updated": True,
        "invoice": {
            "id": "i-1",
            "state": "draft",
            "number": None,
            "total_net": "355.83",
            "total_vat": "74.72",
            "total_gross": "430.55",
            "currency": "EUR",
            "url": "https://e/1",
        },
        "customer": {"id": "c-1", "name": "Dupont", "created": False, "matched_by": "vat_number"},
        "warnings": [
            {"code": "unknown_technician", "message": "Who is it?", "pointer": "/work_order/time_entries/0"},
            {"code": "check_vat_regime", "message": "Check"},
        ],
    }
