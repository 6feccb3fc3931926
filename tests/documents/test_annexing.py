"""Annexes: what may be kept, under which name, and what each change leaves on the timeline."""

import pytest
from django.utils import translation

from activity.models import Event
from core.errors import Refused
from customers.models import Party
from documents.models import Document, File
from documents.services import annexing, drafting, issuing, printing
from documents.services.drafting import LineInput
from users.models import Company, User

PDF = b"%PDF-1.4 a certificate"


@pytest.fixture
def draft(scope: Company, dupont: Party, alice: User) -> Document:
    lines = [LineInput(description="Entretien")]
    return drafting.create("invoice", company=scope, party=dupont, by=alice, lines=lines)


@pytest.fixture
def annex(draft: Document, alice: User) -> File:
    return annexing.add(draft, content=PDF, filename="rapport.pdf", by=alice)


def told(document: Document) -> list[tuple[str, dict[str, object]]]:
    rows = Event.objects.about(document).filter(action__startswith="documents.file.")
    return [(row.action.removeprefix("documents.file."), row.data) for row in rows]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("rapport.pdf", "rapport.pdf"),
        (" ../../etc/Plan d'été.pdf ", "Plan d'été.pdf"),
        ("C:\\Temp\\plan.v2.pdf", "plan.v2.pdf"),
        ("..hidden.pdf", "hidden.pdf"),
        ("a\tb\x00c\u202ed.pdf", "abcd.pdf"),
        ("x" * 250 + ".jpeg", "x" * 195 + ".jpeg"),
        ("x" * 250, "x" * 200),
        ("a." + "b" * 250, "a." + "b" * 198),
        ("../..", "annex"),
        ("\x00", "annex"),
        ("", "annex"),
    ],
)
def test_a_name_is_bare(given: str, kept: str) -> None:
    with translation.override("en"):
        assert annexing.bare_name(given) == kept


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"<html>%PDF-", b"GIF89a", b" %PDF-1.4"])
def test_only_pdf_and_pictures_are_kept(draft: Document, alice: User, content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        annexing.add(draft, content=content, filename="rapport.pdf", by=alice)
    assert (refusal.value.code, refusal.value.pointer) == ("unsupported_file", "/file")
    assert (File.objects.count(), told(draft)) == (0, [])


def test_an_empty_file_is_no_annex(draft: Document, alice: User) -> None:
    with pytest.raises(Refused) as refusal:
        annexing.add(draft, content=b"", filename="rapport.pdf", by=alice)
    assert (refusal.value.code, refusal.value.pointer) == ("empty", "/file")
    assert (File.objects.count(), told(draft)) == (0, [])


def test_a_renamed_annex_tells_both_names(annex: File, draft: Document, alice: User) -> None:
    annexing.rename(annex, filename="/etc/Rapport final.pdf", by=alice)
    annex.refresh_from_db()
    assert annex.filename == "Rapport final.pdf"
    names = {"before": "rapport.pdf", "filename": "Rapport final.pdf"}
    assert told(draft)[1:] == [("renamed", {"file": str(annex.pk), **names})]


def test_the_same_name_again_is_no_change(annex: File, draft: Document, alice: User) -> None:
    annexing.rename(annex, filename="x/rapport.pdf", by=alice)
    annexing.tick(annex, send_along=True, by=alice)
    assert [action for action, _data in told(draft)] == ["added"]


@pytest.mark.parametrize("name", ["", "  ", "../..", "C:\\", "\x00"])
def test_an_annex_keeps_a_name(annex: File, draft: Document, alice: User, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        annexing.rename(annex, filename=name, by=alice)
    assert (refusal.value.code, refusal.value.pointer) == ("required", "/filename")
    annex.refresh_from_db()
    assert annex.filename == "rapport.pdf"
    assert len(told(draft)) == 1


def test_an_annex_is_ticked_and_taken_away(annex: File, draft: Document, alice: User) -> None:
    annexing.tick(annex, send_along=False, by=alice)
    annexing.tick(annex, send_along=True, by=alice)
    annexing.remove(annex, by=alice)
    assert [action for action, _data in told(draft)] == ["added", "unticked", "ticked", "removed"]
    assert File.objects.count() == 0


def test_the_printed_document_is_not_taken_away(draft: Document, alice: User) -> None:
    printed = printing.pdf(issuing.issue(draft, by=alice))
    with pytest.raises(Refused) as refusal:
        annexing.remove(printed, by=alice)
    assert refusal.value.code == "not_an_annex"
    assert File.objects.get() == printed


def test_the_same_external_id_replaces(draft: Document, alice: User) -> None:
    first = annexing.add(draft, content=PDF, filename="a.pdf", by=None, external_id="w-1", send_along=False)
    second = annexing.add(draft, content=PDF + b" again", filename="b.pdf", by=None, external_id="w-1")
    assert (first.pk, second.filename, second.send_along) == (second.pk, "b.pdf", False)
    assert File.objects.get().size == len(PDF) + 6
