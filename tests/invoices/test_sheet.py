"""The sheet that stands beside the editor."""

from django.test import Client

from documents.models import Document


def test_the_sheet_is_the_draft_as_it_would_be_printed_and_runs_nothing(as_alice: Client, draft: Document) -> None:
    answer = as_alice.get(f"/documents/{draft.pk}/sheet/")
    assert answer.status_code == 200
    assert "Boulangerie Dupont SRL" in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox allow-same-origin" in policy
    assert "script" not in policy
    assert answer["Cache-Control"] == "no-store"


def test_nobody_elses_sheet_is_shown(as_charlie: Client, client: Client, draft: Document) -> None:
    assert as_charlie.get(f"/documents/{draft.pk}/sheet/").status_code == 404
    assert client.get(f"/documents/{draft.pk}/sheet/").status_code == 302
