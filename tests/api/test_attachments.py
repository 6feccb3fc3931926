"""Annexes over the API: kept, read back, renamed, ticked and taken away; and what is refused leaves nothing behind."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from core import files
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document, File, FileRole
from documents.services import annexing
from tests.api.conftest import ApiClient, pointers, problem
from users.models import Company, User

PDF = b"%PDF-1.4 a certificate"
PNG = b"\x89PNG\r\n\x1a\n a photo"
JPEG = b"\xff\xd8\xff a photo"


@pytest.fixture
def draft(api: ApiClient, dupont: Party) -> str:
    """The address of a draft's annexes."""
    body = {"customer": str(dupont.pk), "lines": [{"description": "Entretien", "unit_price": "100"}]}
    return f"invoices/{api.send('invoices/', body).json()['id']}/attachments/"


@pytest.fixture
def issued(api: ApiClient, draft: str) -> str:
    """The same of an issued invoice."""
    assert api.send(draft.replace("attachments", "issue")).status_code == 200
    return draft


def part(content: bytes = PDF, name: str = "certificat.pdf", kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def added(api: ApiClient, path: str, content: bytes = PDF, name: str = "certificat.pdf", **fields: str) -> Any:
    answer = api.upload(path, {"file": part(content, name), **fields})
    assert answer.status_code == 201, answer.content
    return answer


def named(api: ApiClient, path: str, name: str) -> Any:
    """A form as a program writes it that does not clean the name of its file."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    raw = head + PDF + b"\r\n--x--\r\n"
    return api.call("POST", path, raw=raw, Content_Type="multipart/form-data; boundary=x")


def actions(company: Company) -> list[str]:
    with company_scope(company.pk):
        rows = Event.objects.filter(action__startswith="documents.file.").order_by("at", "id")
        return [action.removeprefix("documents.file.") for action in rows.values_list("action", flat=True)]


def stored() -> int:
    """How many files lie in the storage."""
    return sum(1 for path in Path(default_storage.path("")).rglob("*") if path.is_file())


# ── kept ──


def test_an_annex_is_kept_shown_and_read_back(api: ApiClient, draft: str, company: Company) -> None:
    answer = added(api, draft, name="Certificat d'étanchéité.pdf", kind="certificate", send_along="false")
    made = answer.json()
    assert {name: made[name] for name in set(made) - {"id", "created_at"}} == {
        "kind": "certificate",
        "filename": "Certificat d'étanchéité.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": hashlib.sha256(PDF).hexdigest(),
        "send_along": False,
    }
    assert answer["Location"] == f"/api/v1/{draft}{made['id']}/"
    one = api.read(answer["Location"])
    assert (one.json(), one["ETag"]) == (made, answer["ETag"])
    assert api.read(draft).json()["results"] == [made]
    assert api.read(draft.removesuffix("attachments/")).json()["attachments"] == [made]
    assert actions(company) == ["added"]


@pytest.mark.parametrize(("content", "kind"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")])
def test_the_first_bytes_say_what_a_file_is(api: ApiClient, draft: str, content: bytes, kind: str) -> None:
    made = api.upload(draft, {"file": part(content, "x", kind="text/html")}).json()
    assert (made["media_type"], made["kind"], made["send_along"]) == (kind, "attachment", True)
    answer = api.read(f"{draft}{made['id']}/content/", Accept=kind)
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, kind, content)


def test_annexes_of_issued_documents_come_and_go(api: ApiClient, issued: str, company: Company) -> None:
    made = added(api, issued).json()
    assert api.change(f"{issued}{made['id']}/", {"send_along": False}).json()["send_along"] is False
    assert api.remove(f"{issued}{made['id']}/").status_code == 204
    assert api.read(issued).json()["results"] == []
    assert actions(company)[-3:] == ["added", "unticked", "removed"]


def test_credit_notes_have_annexes_of_their_own(api: ApiClient, issued: str) -> None:
    note = api.send(issued.replace("attachments", "credit")).json()
    path = f"credit-notes/{note['id']}/attachments/"
    made = added(api, path).json()
    assert [row["id"] for row in api.read(path).json()["results"]] == [made["id"]]
    assert api.read(issued).json()["results"] == []
    assert api.read(path.replace("credit-notes", "invoices")).status_code == 404
    assert api.remove(f"{path}{made['id']}/").status_code == 204


def test_a_file_of_twenty_megabytes_passes_and_one_byte_more_does_not(api: ApiClient, draft: str) -> None:
    largest = PDF.ljust(annexing.LARGEST, b" ")
    made = added(api, draft, largest).json()
    assert made["size"] == 20 * 1024 * 1024
    assert hashlib.sha256(api.read(f"{draft}{made['id']}/content/").content).hexdigest() == made["sha256"]
    before = stored()
    answer = api.upload(draft, {"file": part(largest + b" ")})
    assert (answer.status_code, pointers(answer)) == (422, [("/file", "file_too_large")])
    assert stored() == before
    answer = api.upload(draft, {"file": part(largest + b" " * 1024 * 1024)})
    assert answer.status_code == 413
    problem(answer)
    assert stored() == before
    assert len(api.read(draft).json()["results"]) == 1


def test_only_an_upload_may_be_that_large(api: ApiClient, draft: str) -> None:
    made = added(api, draft).json()
    answer = api.change(f"{draft}{made['id']}/", {"filename": "x" * 3 * 1024 * 1024})
    assert answer.status_code == 413
    assert api.read(f"{draft}{made['id']}/").json() == made


# ── its bytes ──


def test_bytes_are_a_download_that_runs_nothing(api: ApiClient, draft: str) -> None:
    made = added(api, draft, name="Plan d'été.pdf").json()
    path = f"{draft}{made['id']}/content/"
    answer = api.read(path)
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Plan%20d%27%C3%A9t%C3%A9.pdf"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["ETag"] == f'"{made["sha256"]}"'
    again = api.read(path, If_None_Match=answer["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", answer["ETag"])
    assert api.read(path, If_None_Match='"other"').content == PDF
    assert api.call("HEAD", path).status_code == 200
    assert api.read(path, Accept="text/html").status_code == 406
    assert pointers(api.read(f"{path}?embed=pdf")) == [("?embed", "unknown_parameter")]


def test_the_printed_pdf_is_no_annex(api: ApiClient, issued: str, company: Company) -> None:
    assert api.read(issued.replace("attachments", "pdf")).status_code == 200
    with company_scope(company.pk):
        printed = File.objects.get(role=FileRole.PDF)
    path = f"{issued}{printed.pk}/"
    assert api.read(issued).json()["results"] == []
    answers = [api.read(path), api.read(f"{path}content/"), api.change(path, {"filename": "x"}), api.remove(path)]
    assert [answer.status_code for answer in answers] == [404] * 4
    with company_scope(company.pk):
        assert File.objects.get().filename == printed.filename


# ── changed ──


def test_an_annex_is_renamed_and_ticked_as_it_was_seen(api: ApiClient, draft: str, company: Company) -> None:
    first = added(api, draft)
    path = f"{draft}{first.json()['id']}/"
    changed = api.change(path, {"filename": " ..\\..\\Plan.pdf ", "send_along": False}, If_Match=first["ETag"])
    assert changed.json() == {**first.json(), "filename": "Plan.pdf", "send_along": False}
    assert changed["ETag"] == api.read(path)["ETag"]
    assert api.change(path, {"send_along": True}, If_Match=first["ETag"]).status_code == 412
    assert api.remove(path, If_Match=first["ETag"]).status_code == 412
    assert actions(company) == ["added", "renamed", "unticked"]
    assert api.change(path, {"filename": "Plan.pdf", "send_along": False}).json() == changed.json()
    assert api.change(path, {}).json() == changed.json()
    assert actions(company) == ["added", "renamed", "unticked"]
    assert api.remove(path, If_Match=changed["ETag"]).status_code == 204


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"filename": ""}, ("/filename", "blank")),
        ({"filename": "../.."}, ("/filename", "required")),
        ({"filename": None}, ("/filename", "null")),
        ({"filename": 7}, ("/filename", "invalid")),
        ({"filename": "x" * 201}, ("/filename", "max_length")),
        ({"filename": "a\x00.pdf"}, ("/filename", "invalid_characters")),
        ({"send_along": "true"}, ("/send_along", "invalid")),
        ({"kind": "certificate"}, ("/kind", "unknown_field")),
        ({"sha256": "0" * 64}, ("/sha256", "unknown_field")),
        ({"filename": "ok.pdf", "send_along": None}, ("/send_along", "null")),
        ([], ("", "invalid_type")),
    ],
)
def test_a_wrong_change_changes_nothing(
    api: ApiClient, draft: str, company: Company, body: Any, expected: tuple[str, str]
) -> None:
    made = added(api, draft).json()
    answer = api.change(f"{draft}{made['id']}/", body)
    assert (answer.status_code, pointers(answer)) == (422, [expected])
    assert api.read(f"{draft}{made['id']}/").json() == made
    assert actions(company) == ["added"]


# ── refused ──


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, [("/file", "required")]),
        ({"kind": "photo"}, [("/file", "required")]),
        ({"file": "%PDF-1.4 as a text"}, [("/file", "invalid")]),
        ({"file": part(b"")}, [("/file", "empty")]),
        ({"file": part(b"MZ a program", "x.pdf")}, [("/file", "unsupported_file")]),
        ({"file": part(b"<svg onload='alert(1)'/>", "x.png")}, [("/file", "unsupported_file")]),
        ({"file": [part(), part(PNG)]}, [("/file", "repeated")]),
        ({"file": part(), "kind": ["a", "b"]}, [("/kind", "repeated")]),
        ({"file": part(), "kind": part(PNG)}, [("/kind", "invalid")]),
        ({"file": part(), "kind": "x" * 31}, [("/kind", "max_length")]),
        ({"file": part(), "kind": "a\x00b"}, [("/kind", "invalid_characters")]),
        ({"file": part(), "send_along": "yes"}, [("/send_along", "invalid")]),
        ({"file": part(), "send_along": ""}, [("/send_along", "invalid")]),
        ({"file": part(), "sha256": "0"}, [("/sha256", "unknown_field")]),
        ({"f": part(), "a/b": "1"}, [("/a~1b", "unknown_field"), ("/f", "unknown_field"), ("/file", "required")]),
    ],
)  # fmt: skip
def test_a_wrong_form_keeps_nothing(
    api: ApiClient, draft: str, company: Company, parts: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    before = stored()
    answer = api.upload(draft, parts)
    assert (answer.status_code, pointers(answer)) == (422, expected)
    assert (stored(), api.read(draft).json()["results"], actions(company)) == (before, [], [])


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"file": "x"}', 415),
        ("application/x-www-form-urlencoded", b"file=x", 415),
        ("application/pdf", PDF, 415),
        ("multipart/form-data", b"--x\r\n\r\n--x--", 400),
        ("multipart/form-data; boundary=x", b"no form at all", 422),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"', 422),
        ("multipart/form-data; boundary=x", b"", 422),
    ],
)  # fmt: skip
def test_what_is_no_form_is_told_so(
    api: ApiClient, draft: str, company: Company, kind: str, body: bytes, status: int
) -> None:
    for key in ({}, {"Idempotency_Key": "k"}):
        answer = api.call("POST", draft, raw=body, Content_Type=kind, **key)
        assert answer.status_code == status, answer.content
        problem(answer)
    assert (api.read(draft).json()["results"], actions(company)) == ([], [])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\marc\\plan.pdf", "plan.pdf"),
        ("a\x00b\x1b[31m.pdf", "ab[31m.pdf"),
        ("x" * 250 + ".pdf", "x" * 196 + ".pdf"),
        ("a." + "b" * 250, "a." + "b" * 198),
        ("rapport<script>.pdf", "rapport<script>.pdf"),
    ],
)
def test_a_name_is_kept_without_its_path(api: ApiClient, draft: str, name: str, kept: str) -> None:
    answer = named(api, draft, name)
    assert (answer.status_code, answer.json()["filename"]) == (201, kept)


@pytest.mark.parametrize("name", ["/etc/", "..", "C:\\", "\x00"])
def test_a_name_of_which_nothing_is_left_is_no_file(api: ApiClient, draft: str, name: str) -> None:
    answer = named(api, draft, name)
    assert (answer.status_code, pointers(answer)) == (422, [("/file", "required")])


# ── once ──


def test_an_upload_is_repeated_by_its_key_whatever_its_boundary(api: ApiClient, draft: str) -> None:
    first = api.upload(draft, {"file": part(), "kind": "photo"}, Idempotency_Key="k-1")
    again = api.upload(draft, {"file": part(), "kind": "photo"}, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (201, 201, "true")
    assert first.content == again.content
    others = ({"file": part(PNG), "kind": "photo"}, {"file": part(name="b"), "kind": "photo"}, {"file": part()})
    for parts in others:
        answer = api.upload(draft, parts, Idempotency_Key="k-1")
        assert (answer.status_code, pointers(answer)) == (422, [("Idempotency-Key", "idempotency_key_reused")])
    assert len(api.read(draft).json()["results"]) == 1
    refused = api.upload(draft, {"file": part(b"")}, Idempotency_Key="k-2")
    assert refused.status_code == 422
    assert api.upload(draft, {"file": part(PNG)}, Idempotency_Key="k-2").status_code == 201


def test_the_same_bytes_twice_are_two_annexes_of_one_stored_file(api: ApiClient, draft: str) -> None:
    content = PDF + b" twice"
    first = added(api, draft, content, "a.pdf").json()
    before = stored()
    second = added(api, draft, content, "b.pdf").json()
    assert (first["sha256"], stored()) == (second["sha256"], before)
    assert api.remove(f"{draft}{first['id']}/").status_code == 204
    assert api.read(f"{draft}{second['id']}/content/").content == content


# ── who, and how much ──


def test_annexes_stand_below_their_own_document(
    api: ApiClient, outsider: ApiClient, draft: str, dupont: Party, company: Company
) -> None:
    made = added(api, draft).json()
    other = api.send("invoices/", {"customer": str(dupont.pk)}).json()
    for client, path in (
        (api, f"invoices/{other['id']}/attachments/"),
        (api, draft.replace("invoices", "credit-notes")),
        (outsider, draft),
    ):
        one = f"{path}{made['id']}/"
        answers = [
            client.read(one),
            client.read(f"{one}content/"),
            client.change(one, {"filename": "x.pdf"}),
            client.remove(one),
        ]
        assert [answer.status_code for answer in answers] == [404] * 4
    assert outsider.read(draft).status_code == 404
    assert outsider.upload(draft, {"file": part()}).status_code == 404
    assert [row["id"] for row in api.read(draft).json()["results"]] == [made["id"]]
    assert actions(company) == ["added"]
    with company_scope(company.pk):
        assert files.read(File.objects.get().key) == PDF


def test_a_token_that_only_reads_adds_nothing(make_client: Any, company: Company, alice: User, draft: str) -> None:
    reader = make_client(company, alice, scopes=["invoices:read"])
    assert reader.read(draft).json()["results"] == []
    assert reader.upload(draft, {"file": part()}).status_code == 403
    assert make_client(company, alice, scopes=["payments:write"]).read(draft).status_code == 403


def test_the_list_takes_the_same_queries_whatever_its_length(api: ApiClient, draft: str) -> None:
    for number in range(3):
        added(api, draft, name=f"{number}.pdf")
    counts = []
    for limit in (1, 3):
        with CaptureQueriesContext(connection) as captured:
            names = [row["filename"] for row in api.read(f"{draft}?limit={limit}").json()["results"]]
        assert names == ["0.pdf", "1.pdf", "2.pdf"][:limit]
        counts.append(len(captured))
    assert counts == [3, 3]
    assert [row["filename"] for row in api.read(f"{draft}?ordering=-filename&limit=1").json()["results"]] == ["2.pdf"]
    assert [row["filename"] for row in api.read(f"{draft}?filename=1.pdf").json()["results"]] == ["1.pdf"]


def test_deleting_a_draft_takes_its_annexes_along(api: ApiClient, draft: str, company: Company) -> None:
    added(api, draft)
    assert api.remove(draft.removesuffix("attachments/")).status_code == 204
    assert api.read(draft).status_code == 404
    with company_scope(company.pk):
        assert (File.objects.count(), Document.objects.count()) == (0, 0)
