"""Files of a work order: real PDFs become annexes, the others a warning, and nothing blocks the invoice."""

import base64
import copy
import hashlib
import io
from typing import Any

import pikepdf
import pytest
import requests

from activity import jobs
from activity.models import Job
from core import files
from core.errors import Conflict
from documents.models import Document, File, Warning
from integrations.models import Connection
from tests.climapulse import Sandbox, deliver, sample
from users.models import User
from work_orders.services import attachments

pytestmark = pytest.mark.usefixtures("scope")
REPAIR = sample("repair-new-private-customer")
PDF = base64.b64decode(sample("maintenance-known-customer")["work_order"]["attachments"][0]["content_base64"])


def with_files(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    payload = copy.deepcopy(REPAIR)
    payload["work_order"] |= {"attachments": list(rows), **changes}
    return payload


def inline(content: bytes, **changes: Any) -> dict[str, Any]:
    encoded = base64.b64encode(content).decode()
    return {"id": "a-1", "kind": "certificate", "filename": "c.pdf", "content_base64": encoded, **changes}


def encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (inline(PDF, filename="c.exe"), "not_named_pdf"),
        (inline(PDF, filename="c"), "not_named_pdf"),
        (inline(PDF, media_type="text/html"), "not_named_pdf"),
        (inline(b"<html>"), "not_pdf"),
        (inline(b"%PDF-1.7 and nothing more"), "not_pdf"),
        (inline(b"GIF89a" + PDF), "not_pdf"),
        (inline(PDF, sha256="0" * 64), "wrong_sha256"),
        (inline(PDF + b"\0" * (20 * 1024 * 1024)), "too_large"),
        (inline(b"", content_base64="***"), "unreadable"),
        (inline(PDF, filename="/"), "unreadable"),
        (inline(encrypted()), "encrypted"),
    ],
)
def test_what_is_no_plain_pdf_is_refused_and_the_rest_goes_on(
    climapulse: Connection, row: dict[str, Any], problem: str
) -> None:
    response = deliver(climapulse, with_files(row, inline(PDF, id="a-2", filename="good.pdf")))
    assert response.status_code == 201
    assert [file.filename for file in File.objects.all()] == ["good.pdf"]
    warning = Warning.objects.get(code="attachment_rejected")
    assert (warning.data["problem"], warning.pointer) == (problem, "/work_order/attachments/0")
    assert "attachment_rejected" in [one["code"] for one in response.json()["warnings"]]


def test_only_the_last_part_of_a_path_becomes_the_name(climapulse: Connection) -> None:
    rows = [
        inline(PDF, id=f"a-{n}", filename=name)
        for n, name in enumerate(("../../etc/passwd.pdf", "C:\\temp\\Rapport.PDF", "a/b.pdf"))
    ]
    deliver(climapulse, with_files(*rows))
    assert [file.filename for file in File.objects.order_by("external_id")] == ["passwd.pdf", "Rapport.PDF", "b.pdf"]


def test_same_id_twice_in_one_message_keeps_one_file(climapulse: Connection) -> None:
    deliver(climapulse, with_files(inline(PDF), inline(PDF, filename="d.pdf")))
    assert File.objects.count() == 1


def test_right_hash_in_any_case_is_taken(climapulse: Connection) -> None:
    deliver(climapulse, with_files(inline(PDF, sha256=hashlib.sha256(PDF).hexdigest().upper())))
    file = File.objects.get()
    assert (files.read(file.key), file.label, file.size) == (PDF, "certificate", len(PDF))


def fetchable(sandbox: Sandbox) -> tuple[str, dict[str, Any]]:
    """An order of the sandbox with a file that it keeps to itself, and that file's description."""
    headers = {"Authorization": f"Bearer {sandbox.state()['api_key']}"}
    for order_id in sandbox.state()["work_orders"]:
        for attachment_id in [f"a-{n}" for n in range(1, 30)]:
            address = f"{sandbox.url}/work-orders/{order_id}/attachments/{attachment_id}"
            answer = requests.get(address, headers=headers, timeout=5)
            if answer.status_code == 200:
                return order_id, {"id": attachment_id, "kind": "work_order", "filename": "rapport.pdf"}
    raise LookupError("the sandbox keeps no file")


def run_jobs(callbacks: Any, work: Any) -> Any:
    with callbacks(execute=True):
        return work()


def test_file_without_content_is_fetched_after_the_answer(
    climapulse: Connection, sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    order_id, row = fetchable(sandbox)
    payload = with_files(row, id=order_id)
    answer = run_jobs(django_capture_on_commit_callbacks, lambda: deliver(climapulse, payload)).json()
    assert not [one for one in answer["warnings"] if one["code"].startswith("attachment")]
    file = File.objects.get()
    assert (file.filename, file.label, file.external_id) == ("rapport.pdf", "work_order", row["id"])
    assert files.read(file.key).startswith(b"%PDF-")
    assert Document.objects.get().edited_at is None
    assert Job.objects.get(name=attachments.FETCH).state == "done"


def test_fetched_file_is_examined_like_any_other(
    climapulse: Connection, sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    order_id, row = fetchable(sandbox)
    payload = with_files({**row, "sha256": "0" * 64}, id=order_id)
    run_jobs(django_capture_on_commit_callbacks, lambda: deliver(climapulse, payload))
    assert File.objects.count() == 0
    assert Warning.objects.filter(code__startswith="attachment").get().data["problem"] == "wrong_sha256"


def test_missing_file_is_said_and_fetched_again_on_demand(
    climapulse: Connection, sandbox: Sandbox, alice: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    order_id, row = fetchable(sandbox)
    settings.CLIMAPULSE_API_URL = "http://127.0.0.1:9"
    payload = with_files(row, id=order_id)
    run_jobs(django_capture_on_commit_callbacks, lambda: deliver(climapulse, payload))
    document = Document.objects.get()
    warning = Warning.objects.get(code="attachment_unavailable")
    assert (warning.pointer, warning.data["filename"]) == ("/work_order/attachments/0", "rapport.pdf")
    assert Job.objects.get(name=attachments.FETCH).state == "queued"  # the silent side is asked again by itself
    settings.CLIMAPULSE_API_URL = sandbox.url
    run_jobs(django_capture_on_commit_callbacks, lambda: attachments.fetch_again(document, by=alice))
    assert Warning.objects.filter(code="attachment_unavailable").count() == 0
    assert File.objects.get().filename == "rapport.pdf"
    with pytest.raises(Conflict):
        attachments.fetch_again(document, by=alice)


def test_file_fetched_twice_is_kept_once(
    climapulse: Connection, sandbox: Sandbox, django_capture_on_commit_callbacks: Any
) -> None:
    order_id, row = fetchable(sandbox)
    run_jobs(django_capture_on_commit_callbacks, lambda: deliver(climapulse, with_files(row, id=order_id)))
    job = Job.objects.get(name=attachments.FETCH)
    before = File.objects.get().pk
    Job.objects.filter(pk=job.pk).update(state="queued")

    assert jobs.run(job.pk)
    assert File.objects.get().pk == before
