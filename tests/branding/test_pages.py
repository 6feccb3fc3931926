from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from branding.models import Theme
from branding.services import default_theme, set_logo
from users.models import Company, User

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'
FIELDS = {"style": "bold", "brand_color": "#aa3300", "window": "left", "vat_on_lines": "on", "footer": "Membre"}


def upload(content: bytes) -> dict[str, Any]:
    return {**FIELDS, "logo": SimpleUploadedFile("logo.svg", content)}


def test_the_layout_and_logo_are_saved(as_alice: Client, scope: Company) -> None:
    assert as_alice.post("/company/theme/", upload(SVG)).status_code == 302
    theme = Theme.objects.get()
    assert (theme.style, theme.brand_color, theme.window) == ("bold", "#aa3300", "left")
    assert (theme.vat_on_lines, theme.payment_code, theme.footer) == (True, False, "Membre")
    answer = as_alice.get("/company/theme/logo/")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"<path" in answer.content


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"GIF89a", b""])
def test_a_refused_logo_saves_nothing(as_alice: Client, scope: Company, content: bytes) -> None:
    answer = as_alice.post("/company/theme/", upload(content))
    assert answer.status_code == 200
    assert "logo" in answer.context["form"].errors
    theme = Theme.objects.get()
    assert (theme.style, theme.logo_key) == ("calm", "")


def test_a_logo_is_seen_inside_its_company_alone(
    as_alice: Client, as_bob: Client, as_charlie: Client, scope: Company, alice: User
) -> None:
    assert as_alice.get("/company/theme/logo/").status_code == 404
    set_logo(default_theme(scope), content=SVG, by=alice)
    assert as_bob.get("/company/theme/logo/").status_code == 200
    assert as_charlie.get("/company/theme/logo/").status_code == 404
    assert as_bob.post("/company/theme/logo/remove/").status_code == 403
    as_charlie.post("/company/theme/logo/remove/")
    assert Theme.objects.get().logo_key != ""
    as_alice.post("/company/theme/logo/remove/")
    assert Theme.objects.get().logo_key == ""
