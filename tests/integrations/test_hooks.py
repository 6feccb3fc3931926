"""Every answer of the hook's table, over HTTP, and that nothing is stored before a message is proven."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from activity import jobs
from activity.models import Job
from core.tenancy import company_scope
from documents.models import Document
from integrations import authentication
from integrations.models import Connection, HookState, InboundHook
from integrations.services import connecting, receiving
from tests.climapulse import Sandbox, deliver, headers_for, hook_path, sample
from users.models import Company, User
from work_orders.services import attachments

ORDER = sample("repair-new-private-customer")


def problem(response: Any) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status_code
    return body


def nothing_is_stored() -> bool:
    return (InboundHook.objects.count(), Document.objects.count()) == (0, 0)


@pytest.mark.usefixtures("scope")
def test_unknown_address_is_404(climapulse: Connection) -> None:
    for path in ("/hooks/climapulse/nothing", f"/hooks/elsewhere/{climapulse.hook_key}", "/hooks/climapulse/%00"):
        response = Client().post(path, b"{}", content_type="application/json")
        assert response.status_code == 404
        problem(response)


@pytest.mark.usefixtures("scope")
def test_switched_off_connection_is_410_even_with_a_right_signature(climapulse: Connection, alice: User) -> None:
    body = json.dumps(ORDER).encode()
    headers = headers_for(climapulse, body, "msg_1")
    connecting.disconnect(climapulse, by=alice)
    response = deliver(climapulse, body, headers=headers)
    assert response.status_code == 410
    problem(response)
    assert nothing_is_stored()


@pytest.mark.usefixtures("scope")
def test_other_media_types_are_415(climapulse: Connection) -> None:
    response = deliver(climapulse, ORDER, content_type="text/plain")
    assert response.status_code == 415
    problem(response)
    assert nothing_is_stored()
    assert deliver(climapulse, ORDER, content_type="application/json; charset=utf-8").status_code == 201


@pytest.mark.usefixtures("scope")
def test_larger_than_32_mebibytes_is_413(climapulse: Connection) -> None:
    too_large = b'{"a": "' + b"x" * (32 * 1024 * 1024) + b'"}'
    response = deliver(climapulse, too_large, headers={})
    assert response.status_code == 413
    problem(response)
    just_fits = b'{"a": "' + b"x" * (32 * 1024 * 1024 - 9) + b'"}'
    assert len(just_fits) == 32 * 1024 * 1024
    assert deliver(climapulse, just_fits, headers={}).status_code == 401
    declared = Client().post(
        hook_path(climapulse), b"{}", content_type="application/json", headers={"content-length": str(10**12)}
    )
    assert declared.status_code == 413
    assert nothing_is_stored()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": None},
        {"webhook-timestamp": None},
        {"webhook-signature": None},
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": "-1"},
        {"webhook-signature": "v1,bm90IHRoZSBzaWduYXR1cmU="},
        {"webhook-signature": "garbage"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": ","},
    ],
)
def test_missing_or_wrong_signature_is_401(climapulse: Connection, change: dict[str, str | None]) -> None:
    body = json.dumps(ORDER).encode()
    headers = {**headers_for(climapulse, body, "msg_1"), **change}
    response = deliver(climapulse, body, headers={name: value for name, value in headers.items() if value is not None})
    assert response.status_code == 401
    problem(response)
    assert nothing_is_stored()


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("minutes", [-6, 6])
def test_signature_too_old_or_from_the_future_is_401(climapulse: Connection, minutes: int) -> None:
    body = json.dumps(ORDER).encode()
    headers = headers_for(climapulse, body, "msg_1", at=datetime.now(UTC) + timedelta(minutes=minutes))
    assert deliver(climapulse, body, headers=headers).status_code == 401
    assert nothing_is_stored()


@pytest.mark.usefixtures("scope")
def test_changed_body_is_401(climapulse: Connection) -> None:
    body = json.dumps(ORDER).encode()
    assert deliver(climapulse, body + b" ", headers=headers_for(climapulse, body, "msg_1")).status_code == 401
    assert nothing_is_stored()


@pytest.mark.usefixtures("scope")
def test_replaced_secret_is_accepted_for_a_day(
    climapulse: Connection, sandbox: Sandbox, company: Company, alice: User, time_machine: Any
) -> None:
    old = climapulse.secrets["hook_secrets"][0]["secret"]
    credentials = {"api_key": sandbox.state()["api_key"]}
    again = connecting.connect(company=company, provider_key="climapulse", credentials=credentials, by=alice)
    fresh = again.secrets["hook_secrets"][0]["secret"]
    assert (again.pk, again.hook_key, fresh == old) == (climapulse.pk, climapulse.hook_key, False)
    body = json.dumps(ORDER).encode()
    assert deliver(again, body, headers=headers_for(again, body, "msg_1", secret=old)).status_code == 201
    assert deliver(again, body, headers=headers_for(again, body, "msg_1", secret=fresh)).status_code == 200
    two = headers_for(again, body, "msg_1", secret="whsec_bm90IHRoaXMgb25l")
    two["webhook-signature"] += " " + headers_for(again, body, "msg_1")["webhook-signature"]
    assert deliver(again, body, headers=two).status_code == 200
    time_machine.move_to(datetime.now(UTC) + timedelta(hours=25))
    assert deliver(again, body, headers=headers_for(again, body, "msg_1", secret=old)).status_code == 401
    assert deliver(again, body, headers=headers_for(again, body, "msg_1", secret=fresh)).status_code == 200


@pytest.mark.usefixtures("scope")
def test_the_hundred_and_first_message_of_a_second_is_429(climapulse: Connection, time_machine: Any) -> None:
    cache.clear()
    time_machine.move_to(datetime.now(UTC), tick=False)
    for _ in range(authentication.PER_SECOND - 1):
        assert authentication.is_within_limit(climapulse)
    assert deliver(climapulse, ORDER, "msg_100").status_code == 201
    response = deliver(climapulse, ORDER, "msg_101")
    assert (response.status_code, response["Retry-After"]) == (429, "1")
    problem(response)
    assert InboundHook.objects.count() == 1
    time_machine.shift(1)
    assert deliver(climapulse, ORDER, "msg_101").status_code == 200


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize(
    "body",
    [
        b" ",
        b"not json",
        b'{"a": 1',
        b'\xff\xfe{"a": 1}',
        b'{"a": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"a": "\\ud800"}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[" * 65 + b"]" * 65,
    ],
)
def test_unreadable_json_is_400_and_not_stored(climapulse: Connection, body: bytes) -> None:
    # The reference library signs texts; the bytes that are no text are signed by our own rule.
    headers = signed(climapulse, body)
    response = deliver(climapulse, body, headers=headers)
    assert response.status_code == 400
    problem(response)
    assert nothing_is_stored()


def signed(connection: Connection, body: bytes) -> dict[str, str]:
    headers = headers_for(connection, b"{}", "msg_1")
    secret = base64.b64decode(connection.secrets["hook_secrets"][0]["secret"].removeprefix("whsec_"))
    digest = hmac.digest(secret, f"msg_1.{headers['webhook-timestamp']}.".encode() + body, hashlib.sha256)
    return {**headers, "webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}


@pytest.mark.usefixtures("scope")
@pytest.mark.parametrize("body", [b"[]", b"null", b'{"a": 1}', b'{"event": "other", "work_order": {}}'])
def test_json_that_is_no_work_order_is_422_and_kept(climapulse: Connection, body: bytes) -> None:
    response = deliver(climapulse, body)
    assert response.status_code == 422
    assert problem(response)["errors"]
    assert InboundHook.objects.get().state == HookState.REFUSED
    assert (Document.objects.count(), Job.objects.filter(name=receiving.PROCESS).count()) == (0, 0)


@pytest.mark.usefixtures("scope")
def test_other_methods_are_405(climapulse: Connection) -> None:
    response = Client().get(hook_path(climapulse))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    problem(response)


@pytest.mark.usefixtures("scope")
def test_same_message_again_gets_the_first_answer(climapulse: Connection) -> None:
    first = deliver(climapulse, ORDER).json()
    again = deliver(climapulse, ORDER)
    assert again.status_code == 200
    assert again.json() == {**first, "repeated": True}
    assert (InboundHook.objects.count(), Document.objects.count()) == (1, 1)
    assert Job.objects.filter(name=receiving.PROCESS).count() == 0


@pytest.mark.usefixtures("scope")
def test_passed_deadline_is_202_and_the_job_finishes(climapulse: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "REQUEST_SECONDS", 0.0)
    response = deliver(climapulse, ORDER)
    hook = InboundHook.objects.get()
    assert response.status_code == 202
    assert response.json() == {
        "delivery": str(hook.pk),
        "work_order": "wo-2026-0142",
        "status_url": f"http://testserver{hook_path(climapulse)}/status/{hook.pk}",
    }
    assert (Document.objects.count(), hook.state) == (0, HookState.WAITING)
    status_path = f"{hook_path(climapulse)}/status/{hook.pk}"
    assert Client().get(status_path).status_code == 202
    finish_jobs()
    answered = Client().get(status_path)
    assert (answered.status_code, answered.json()["invoice"]["total_net"]) == (200, "0.00")
    monkeypatch.undo()
    assert deliver(climapulse, ORDER).json() == {**answered.json(), "repeated": True}
    assert Document.objects.count() == 1


def finish_jobs() -> None:
    """What the sweep does once the jobs are due."""
    for job in Job.objects.filter(name=receiving.PROCESS):
        Job.objects.filter(pk=job.pk).update(run_after=job.created_at)
        assert jobs.run(job.pk)


@pytest.mark.usefixtures("scope")
def test_crash_between_storing_and_processing_is_healed(climapulse: Connection) -> None:
    receiving.store(climapulse, message_id="msg_1", body=json.dumps(ORDER).encode())
    assert Document.objects.count() == 0
    finish_jobs()
    hook = InboundHook.objects.get()
    assert (hook.state, hook.answer_status, Document.objects.count()) == (HookState.PROCESSED, 201, 1)


@pytest.mark.usefixtures("scope")
def test_message_left_by_a_crash_is_finished_by_its_repetition(climapulse: Connection) -> None:
    receiving.store(climapulse, message_id="msg_1", body=json.dumps(ORDER).encode())
    assert deliver(climapulse, ORDER).status_code == 201
    assert (InboundHook.objects.count(), Document.objects.count()) == (1, 1)


@pytest.mark.usefixtures("scope")
def test_fault_of_ours_is_202_kept_as_failed_and_logged_without_content(
    climapulse: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(document: Document, *args: object, **options: object) -> None:
        raise RuntimeError(document.buyer_name)

    with monkeypatch.context() as patch:
        patch.setattr(attachments, "replace", broken)
        response = deliver(climapulse, ORDER)
    assert response.status_code == 202
    hook = InboundHook.objects.get()
    assert (hook.state, Document.objects.count()) == (HookState.FAILED, 0)
    assert "RuntimeError" in caplog.text
    assert "Janssens" not in caplog.text + hook.error
    finish_jobs()
    hook.refresh_from_db()
    assert (hook.state, hook.error, Document.objects.count()) == (HookState.PROCESSED, "", 1)


@pytest.mark.usefixtures("scope")
def test_status_of_another_connection_s_delivery_is_404(climapulse: Connection, other_company: Company) -> None:
    deliver(climapulse, ORDER)
    hook = InboundHook.objects.get()
    with company_scope(other_company.pk):
        theirs = Connection.objects.create(company=other_company, provider="climapulse")
    response = Client().get(f"{hook_path(theirs)}/status/{hook.pk}")
    assert response.status_code == 404
    problem(response)


@pytest.mark.usefixtures("scope")
def test_two_companies_may_receive_the_same_message_and_order(
    climapulse: Connection, other_company: Company, sandbox: Sandbox, charlie: User
) -> None:
    theirs = connecting.connect(
        company=other_company,
        provider_key="climapulse",
        credentials={"api_key": sandbox.state()["api_key"]},
        by=charlie,
    )
    assert deliver(climapulse, ORDER).status_code == 201
    assert deliver(theirs, ORDER).status_code == 201
    assert Document.objects.count() == 1
    with company_scope(other_company.pk):
        assert Document.objects.get().company_id == other_company.pk
