import io

import pytest
from PIL import Image

from activity.models import Event
from branding import services
from branding.models import Theme
from core import files
from core.errors import Refused
from users.models import Company, User

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#0e5a73"/></svg>'


def picture(kind: str, side: int = 4) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, 2), "teal").save(out, kind)
    return out.getvalue()


def test_a_company_gets_one_default_theme(scope: Company) -> None:
    assert services.default_theme(scope) == services.default_theme(scope)
    assert Theme.objects.count() == 1


def test_a_theme_changes_with_an_event(scope: Company, alice: User) -> None:
    theme = services.update_theme(services.default_theme(scope), by=alice, style="bold", brand_color="#AA0000")
    assert (theme.style, theme.brand_color) == ("bold", "#AA0000")
    assert Event.objects.about(theme).get().data == {"changed": ["brand_color", "style"]}


def test_a_colour_is_six_hexadecimal_digits(scope: Company, alice: User) -> None:
    with pytest.raises(Refused) as refused:
        services.update_theme(services.default_theme(scope), by=alice, brand_color="red;}")
    assert refused.value.pointer == "/brand_color"
    assert services.default_theme(scope).brand_color == "#0e5a73"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(SVG, "image/svg+xml"), (picture("PNG"), "image/png"), (picture("JPEG"), "image/jpeg")],
)
def test_a_logo_is_kept_under_the_type_its_bytes_show(
    scope: Company, alice: User, content: bytes, media_type: str
) -> None:
    theme = services.set_logo(services.default_theme(scope), content=content, by=alice)
    assert theme.logo_media_type == media_type
    assert files.read(theme.logo_key)
    assert services.remove_logo(theme, by=alice).logo_key == ""


def test_clutter_is_dropped_and_the_drawing_kept(scope: Company, alice: User) -> None:
    content = (
        b'<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="urn:ink" ink:v="1">'
        b"<metadata>author</metadata><ink:view/><!-- note --><g><circle r='3'/></g></svg>"
    )
    theme = services.set_logo(services.default_theme(scope), content=content, by=alice)
    kept = files.read(theme.logo_key).decode()
    assert '<circle r="3" />' in kept
    assert "metadata" not in kept
    assert "ink" not in kept
    assert "DOCTYPE" not in kept


def drawing(inside: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">{inside}</svg>'.encode()


@pytest.mark.parametrize(
    "content",
    [
        drawing("<script>alert(1)</script>"),
        drawing("<g><path onload='x()' d=''/></g>"),
        drawing("<image href='https://evil.example/a.png'/>"),
        drawing("<use x:href='https://evil.example/a.svg#a'/>"),
        drawing("<path fill='url(https://evil.example/a)'/>"),
        drawing("<style>@import 'https://evil.example/a.css';</style>"),
        drawing("<style>path{fill:u\\72l(//evil.example)}</style>"),
        drawing("<foreignObject/>"),
        drawing("<a href='javascript:x()'/>"),
        drawing("<g>" * 60 + "</g>" * 60),
        b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b"<svg",
        "<svg>é</svg>".encode("latin-1"),
        b"<html><svg></svg></html>",
        b"\x89PNG\r\n\x1a\nnot really",
        b"\xff\xd8\xff\xe0 nor this",
        b"GIF89a",
        b"",
        picture("PNG", 4001),
        SVG + b" " * 1024 * 1024,
    ],
)
def test_what_is_no_plain_picture_is_refused(scope: Company, alice: User, content: bytes) -> None:
    theme = services.default_theme(scope)
    with pytest.raises(Refused):
        services.set_logo(theme, content=content, by=alice)
    theme.refresh_from_db()
    assert theme.logo_key == ""
    assert not Event.objects.exists()
