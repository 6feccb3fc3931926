"""The sandbox as a process, and what it sends when the button is pressed."""

import base64
import hashlib
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug import Response

from integrations.providers.climapulse.mapping import parse
from integrations.providers.climapulse.tests.conftest import Sandbox, start, stop

pytestmark = pytest.mark.once

OLD = "whsec_" + base64.b64encode(b"the first secret of the two").decode()
NEW = "whsec_" + base64.b64encode(b"the second secret of the two").decode()
HOOK = "/hooks/climapulse/key"


def connect(sandbox: Sandbox, hook: HTTPServer, secret: str = OLD) -> None:
    sandbox.client().register(hook.url_for(HOOK), secret)


def received(hook: HTTPServer) -> list[tuple[dict[str, str], bytes]]:
    return [(dict(request.headers), request.get_data()) for request, _ in hook.log]


def verified(message: tuple[dict[str, str], bytes], secret: str) -> Any:
    headers, body = message
    return Webhook(secret).verify(body, headers)


def test_it_says_its_address_keeps_its_memory_and_ends_cleanly(tmp_path: Path) -> None:
    process, url = start(tmp_path)
    sandbox = Sandbox(url)
    key = sandbox.state()["api_key"]
    sandbox.client().register("http://127.0.0.1:9/x", OLD)
    code, errors, seconds = stop(process)
    assert (code, errors) == (0, "")
    assert seconds < 2
    process, url = start(tmp_path)
    state = Sandbox(url).state()
    stop(process)
    assert (state["api_key"], state["registered"], state["company"]) == (key, True, "Frigotech SRL")


def test_every_installation_has_a_key_of_its_own(sandbox: Sandbox, tmp_path: Path) -> None:
    process, url = start(tmp_path)
    key = Sandbox(url).state()["api_key"]
    stop(process)
    assert key != sandbox.state()["api_key"]
    assert re.fullmatch("cp_[0-9a-f]{40}", key)


def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        process, url = start(tmp_path, port)
        assert process.wait(timeout=10) == 1
    _, errors = process.communicate()
    assert (url, errors) == ("", f"Climapulse sandbox: port {port} is busy\n")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    process, _ = start(tmp_path / "file")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 1
    assert errors.count("\n") == 1
    assert errors.startswith(f"Climapulse sandbox: {tmp_path / 'file'}: ")


def test_the_orders_of_the_contract_are_there(sandbox: Sandbox) -> None:
    orders = sandbox.state()["work_orders"]
    assert {"wo-2026-0141", "wo-2026-0142", "wo-2026-0150", "wo-bad"} <= set(orders)
    assert len(orders) >= 9


def test_the_button_sends_a_signed_message_that_we_understand(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_request(HOOK, method="POST").respond_with_json({"delivery": "d-1", "warnings": []}, status=201)
    answer = sandbox.press("wo-2026-0141").json()
    assert (answer["status"], answer["answer"]["delivery"]) == (201, "d-1")
    (message,) = received(httpserver)
    order = parse(verified(message, OLD))
    assert message[0]["Webhook-Id"] == answer["message_id"]
    assert (order.number, order.requested_by and order.requested_by.full_name) == ("BT-2026-0141", "Sofie Lemmens")
    assert [hashlib.sha256(file.content or b"").hexdigest() for file in order.attachments] == [
        file.sha256 for file in order.attachments
    ]


def test_every_seeded_order_but_the_invalid_one_is_understood(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_request(HOOK).respond_with_json({}, status=201)
    ids = [key for key in sandbox.state()["work_orders"] if key != "wo-bad"]
    for work_order_id in ids:
        sandbox.press(work_order_id)
    assert [parse(verified(message, OLD)).id for message in received(httpserver)] == ids


def test_each_press_has_its_own_message_id_unless_one_is_given(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_request(HOOK).respond_with_json({}, status=201)
    first, second = (sandbox.press("wo-2026-0142").json()["message_id"] for _ in range(2))
    assert first != second
    assert sandbox.press("wo-2026-0142", message_id=first).json()["message_id"] == first


def test_nobody_connected_is_a_conflict_and_sends_nothing(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    answer = sandbox.press("wo-2026-0141")
    assert (answer.status_code, answer.json()["code"], httpserver.log) == (409, "not_registered", [])


def test_an_unknown_order_is_not_found(sandbox: Sandbox) -> None:
    assert sandbox.press("nope").status_code == 404


def test_a_refusal_is_handed_back_as_it_came(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    refusal = {"title": "x", "errors": [{"pointer": "/work_order/number", "detail": "vide"}]}
    httpserver.expect_request(HOOK).respond_with_json(refusal, status=422, content_type="application/problem+json")
    answer = sandbox.press("wo-bad").json()
    assert (answer["status"], answer["answer"], len(httpserver.log)) == (422, refusal, 1)
    page = requests.get(f"{sandbox.url}/app/work-orders/wo-bad", timeout=5).text
    assert "/work_order/number" in page


def test_a_broken_hook_is_tried_again_with_the_same_id(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_ordered_request(HOOK).respond_with_data("", status=503)
    httpserver.expect_ordered_request(HOOK).respond_with_json({}, status=201)
    assert sandbox.press("wo-2026-0142").json()["status"] == 201
    assert len({headers["Webhook-Id"] for headers, _ in received(httpserver)}) == 1
    assert len(httpserver.log) == 2


def test_a_message_that_is_still_processed_is_looked_after(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    later = {"delivery": "d", "work_order": "w", "status_url": httpserver.url_for("/status")}
    httpserver.expect_request(HOOK).respond_with_json(later, status=202)
    httpserver.expect_oneshot_request("/status").respond_with_json(later, status=202)
    httpserver.expect_request("/status").respond_with_json({"delivery": "d", "invoice": {}}, status=200)
    answer = sandbox.press("wo-2026-0142").json()
    assert (answer["status"], answer["answer"]) == (200, {"delivery": "d", "invoice": {}})


def test_a_status_address_elsewhere_is_not_visited(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    elsewhere = httpserver.url_for("/status").replace("localhost", "127.0.0.1")
    httpserver.expect_request(HOOK).respond_with_json({"status_url": elsewhere}, status=202)
    assert sandbox.press("wo-2026-0142").json()["status"] == 202
    assert len(httpserver.log) == 1


def test_a_replaced_secret_signs_beside_the_new_one(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver, OLD)
    connect(sandbox, httpserver, NEW)
    httpserver.expect_request(HOOK).respond_with_json({}, status=201)
    sandbox.press("wo-2026-0142")
    (message,) = received(httpserver)
    assert verified(message, OLD) == verified(message, NEW)


def test_a_new_address_does_not_get_the_old_signature(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    sandbox.client().register("http://127.0.0.1:9/other", OLD)
    connect(sandbox, httpserver, NEW)
    httpserver.expect_request(HOOK).respond_with_json({}, status=201)
    sandbox.press("wo-2026-0142")
    (message,) = received(httpserver)
    assert verified(message, NEW)
    with pytest.raises(WebhookVerificationError):
        verified(message, OLD)


def test_sent_twice_is_the_same_message_two_times(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_request(HOOK).respond_with_json({}, status=201)
    sandbox.fault("sent_twice")
    assert [answer["status"] for answer in sandbox.press("wo-2026-0142").json()["answers"]] == [201, 201]
    first, second = received(httpserver)
    assert (first[0]["Webhook-Id"], first[1]) == (second[0]["Webhook-Id"], second[1])


def test_a_bad_signature_does_not_verify(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_request(HOOK).respond_with_data("", status=401)
    sandbox.fault("bad_signature")
    assert sandbox.press("wo-2026-0142").json()["status"] == 401
    (message,) = received(httpserver)
    with pytest.raises(WebhookVerificationError):
        verified(message, OLD)


def test_a_corrupt_pdf_has_the_right_size_and_the_wrong_bytes(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_request(HOOK).respond_with_json({}, status=201)
    sandbox.fault("corrupt_pdf")
    sandbox.press("wo-2026-0141")
    for file in parse(verified(received(httpserver)[0], OLD)).attachments:
        assert file.content is not None
        assert (len(file.content), file.content[:4]) == (file.size, b"%XXX")
        assert hashlib.sha256(file.content).hexdigest() != file.sha256


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/inventory/items", {"items": [{}] * 101}, 422),
        ("PUT", "/inventory/items", {"items": {}}, 422),
        ("PUT", "/inventory/items", [], 400),
        ("GET", "/inventory/items?limit=201", None, 400),
        ("GET", "/inventory/items?cursor=x", None, 400),
        ("PUT", "/integrations/efactori", {"webhook_url": "ftp://x", "secret": OLD}, 422),
        ("PUT", "/integrations/efactori", {"webhook_url": "https://x.example", "secret": "x"}, 422),
        ("PUT", "/integrations/efactori", {"webhook_url": "https://x.example", "secret": "whsec_"}, 422),
        ("POST", "/account", {}, 405),
    ],
)
def test_a_wrong_call_is_told_so(sandbox: Sandbox, method: str, path: str, body: Any, status: int) -> None:
    headers = {"Authorization": f"Bearer {sandbox.state()['api_key']}"}
    answer = requests.request(method, sandbox.url + path, json=body, headers=headers, timeout=5)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert sandbox.state()["registered"] is False


def test_a_foreign_page_can_press_no_button(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    script = f"{sandbox.url}/sandbox/work-orders/wo-2026-0141/create-invoice"
    page = f"{sandbox.url}/app/work-orders/wo-2026-0141/create-invoice"
    assert requests.post(script, data="{}", headers={"Content-Type": "text/plain"}, timeout=5).status_code == 415
    assert requests.post(page, data={}, timeout=5).status_code == 403
    assert requests.get(f"{sandbox.url}/sandbox/state", headers={"Host": "evil.example"}, timeout=5).status_code == 400
    assert httpserver.log == []


ORDER_PAGES = [
    f"work-orders{path}" for path in ("", "/new", "/wo-2026-0141", "/wo-2026-0144/edit", "/wo-bad", "/wo-bad/edit")
]


@pytest.mark.parametrize("path", [*ORDER_PAGES, "inventory", "profile", "deliveries", "misbehaviour"])
def test_every_page_opens_under_a_strict_policy(sandbox: Sandbox, path: str) -> None:
    answer = requests.get(f"{sandbox.url}/app/{path}", timeout=5)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert " style=" not in answer.text


def test_a_work_order_can_be_written_changed_and_sent(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    httpserver.expect_request(HOOK).respond_with_json({}, status=201)
    form = {
        "title": "Essai",
        "performed_on": "2026-11-24",
        "name": "Dupont & Fils",
        "language": "fr",
        "country": "BE",
        "distance_km": "12.5",
        "memo": "Fait.",
        "times-TOTAL_FORMS": "2",
        "times-INITIAL_FORMS": "0",
        "times-0-technician": "Marc Peeters",
        "times-0-minutes": "45",
        "times-0-activity": "on_site",
        "times-1-activity": "on_site",
        "materials-TOTAL_FORMS": "1",
        "materials-INITIAL_FORMS": "0",
        "materials-0-name": "Vis",
        "materials-0-quantity": "2.5",
    }
    with requests.Session() as session:
        session.get(f"{sandbox.url}/app/work-orders/new", timeout=5)
        form["csrfmiddlewaretoken"] = session.cookies["climapulse_sandbox"]
        page = session.post(f"{sandbox.url}/app/work-orders/new", data=form, timeout=5)
        work_order_id = page.url.rsplit("/", 1)[-1]
        assert "Dupont &amp; Fils" in page.text
        known = {"times-INITIAL_FORMS": "1", "materials-INITIAL_FORMS": "1", "title": "Essai 2"}
        session.post(f"{page.url}/edit", data=form | known, timeout=5)
    sandbox.press(work_order_id)
    order = parse(verified(received(httpserver)[0], OLD))
    assert (order.title, order.customer.name, str(order.distance_km)) == ("Essai 2", "Dupont & Fils", "12.5")
    assert [(entry.person.email, entry.minutes) for entry in order.time_entries] == [("marc@frigotech.example", 45)]
    assert [(material.name, str(material.quantity)) for material in order.materials] == [("Vis", "2.5")]
    (paper,) = order.attachments
    assert paper.filename == f"{order.number}.pdf"
    assert hashlib.sha256(paper.content or b"").hexdigest() == paper.sha256


def test_a_form_without_a_customer_changes_nothing(sandbox: Sandbox) -> None:
    before = sandbox.state()["work_orders"]
    with requests.Session() as session:
        session.get(f"{sandbox.url}/app/work-orders/new", timeout=5)
        token = session.cookies["climapulse_sandbox"]
        totals = {f"{name}-{key}_FORMS": "0" for name in ("times", "materials") for key in ("TOTAL", "INITIAL")}
        page = session.post(
            f"{sandbox.url}/app/work-orders/new", data=totals | {"csrfmiddlewaretoken": token}, timeout=5
        )
    assert "errorlist" in page.text
    assert sandbox.state()["work_orders"] == before


def test_what_an_answer_names_is_shown_with_its_link(sandbox: Sandbox, httpserver: HTTPServer) -> None:
    connect(sandbox, httpserver)
    invoice = {"id": "i", "state": "draft", "number": None, "total_net": "1.00", "total_vat": "0.21"}
    invoice |= {"total_gross": "1.21", "currency": "EUR", "url": "http://efactori.example/i/1"}
    warning = {"code": "unknown_material", "message": "Article <inconnu>", "pointer": "/work_order/materials/0"}
    result = {"invoice": invoice, "customer": {"name": "Dupont", "created": True}, "warnings": [warning]}

    def respond(request: Any) -> Response:
        return Response(json.dumps(result), status=201, content_type="application/json")

    httpserver.expect_request(HOOK).respond_with_handler(respond)
    sandbox.press("wo-2026-0142")
    page = requests.get(f"{sandbox.url}/app/work-orders/wo-2026-0142", timeout=5).text
    assert 'href="http://efactori.example/i/1"' in page
    assert "Article &lt;inconnu&gt;" in page
    assert "1.21 EUR" in requests.get(f"{sandbox.url}/app/work-orders", timeout=5).text
