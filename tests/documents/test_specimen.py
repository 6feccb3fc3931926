"""The specimen shows a layout before it is saved, and says what paper would."""

from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from branding.models import Theme
from branding.services import default_theme, update_theme
from core.errors import Refused
from customers.models import Party
from documents.models import Document
from documents.rendering import render
from documents.services import drafting, issuing, printing
from documents.services.drafting import LineInput
from tests.documents.test_printing import text_of
from users.models import Company, User

pytestmark = pytest.mark.django_db
SHEET = "/company/theme/specimen/"
TYPED = {"style": "bold", "brand_color": "#aa3300", "window": "left", "footer": "Membre de Frixis"}


@pytest.fixture
def issued(scope: Company, dupont: Party, alice: User) -> Document:
    draft = drafting.create(
        "invoice", company=scope, party=dupont, by=alice, lines=[LineInput("Pose", unit_price=Decimal(10))]
    )
    return issuing.issue(draft, by=alice)


def printed(document: Document) -> str:
    return text_of(render(printing.print_model(document)))


def words_of(answer: Any) -> str:
    """What a page says, in ordinary spaces."""
    return " ".join(unescape(strip_tags(answer.content.decode())).split())


def test_the_saved_layout_is_shown_first(as_alice: Client, scope: Company) -> None:
    answer = as_alice.get(SHEET)
    words = words_of(answer)
    assert "sandbox allow-same-origin" in answer["Content-Security-Policy"]
    assert "Frigotech SRL" in words
    assert "305,53" in words
    assert "Frixis" not in words


def test_what_is_typed_shows_before_it_is_saved(as_alice: Client, scope: Company) -> None:
    plain = words_of(as_alice.get(SHEET, {**TYPED, "payment_code": "on"}))
    assert "Membre de Frixis" in plain
    assert plain.count("21 %") == 1  # in the table of taxes alone
    every = words_of(as_alice.get(SHEET, {**TYPED, "vat_on_lines": "on"}))
    assert every.count("21 %") == 3
    theme = Theme.objects.get()
    assert (theme.style, theme.footer, theme.vat_on_lines, theme.payment_code) == ("calm", "", False, True)


@pytest.mark.parametrize("wrong", [{"brand_color": "red"}, {"style": "loud"}, {"footer": "x" * 201}])
def test_what_is_wrong_shows_the_saved_layout(as_alice: Client, scope: Company, wrong: dict[str, Any]) -> None:
    answer = as_alice.get(SHEET, {**TYPED, **wrong})
    assert answer.status_code == 200
    assert "Frixis" not in words_of(answer)


def test_the_frame_asks_for_what_is_typed(as_alice: Client, scope: Company) -> None:
    fragment = as_alice.get("/company/theme/preview/", TYPED).content.decode()
    assert 'src="/company/theme/specimen/?style=bold&amp;brand_color=%23aa3300&amp;window=left' in fragment
    assert 'src="/company/theme/specimen/"' in as_alice.get("/company/theme/").content.decode()


def test_an_employee_does_not_try_layouts(as_bob: Client, scope: Company) -> None:
    assert as_bob.get(SHEET).status_code == 403
    assert as_bob.get("/company/theme/preview/").status_code == 403


def test_a_document_is_printed_with_rate_and_footer_and_without_code(
    issued: Document, scope: Company, alice: User
) -> None:
    before = printed(issued)
    assert "Scannez" in before
    update_theme(default_theme(scope), by=alice, vat_on_lines=True, payment_code=False, footer="Membre de Frixis")
    after = printed(issued)
    assert "Membre de Frixis" in after
    assert "Scannez" not in after
    assert "BE68 5390 0754 7034" in after
    assert (before.count("21 %"), after.count("21 %")) == (1, 2)


def test_a_footer_that_is_too_long_is_refused(scope: Company, alice: User) -> None:
    with pytest.raises(Refused) as caught:
        update_theme(default_theme(scope), by=alice, footer="x" * 201)
    assert caught.value.pointer == "/footer"
    assert Theme.objects.get().footer == ""
