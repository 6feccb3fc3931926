"""All writes on themes; a logo is judged by its content, never by its name."""

import io
import warnings
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image

from activity import events
from branding import svg
from branding.models import Theme
from core import files, saving
from core.errors import Refused
from users.models import Company, User

THEME_FIELDS = frozenset({"name", "style", "window", "brand_color", "vat_on_lines", "payment_code", "footer"})
MAX_LOGO_BYTES = 1024 * 1024
MAX_LOGO_SIDE = 4000


def default_theme(company: Company) -> Theme:
    """The theme that documents are printed with; made when first asked for."""
    theme: Theme | None = Theme.objects.filter(company=company, is_default=True).first()
    if theme is not None:
        return theme
    try:
        with transaction.atomic():
            return Theme.objects.create(company=company, name=_("House style"), is_default=True)
    except IntegrityError:  # another request made it first
        return Theme.objects.get(company=company, is_default=True)


@transaction.atomic
def update_theme(theme: Theme, *, by: User | None, **fields: Any) -> Theme:
    """Change style, colour, window, columns or footer; documents already printed keep their look."""
    theme = _locked(theme)
    changed = saving.assign(theme, fields, allowed=THEME_FIELDS)
    if changed:
        saving.save(theme, update_fields=changed)
        events.record("branding.theme.updated", theme, by=by, data={"changed": changed})
    return theme


@transaction.atomic
def set_logo(theme: Theme, *, content: bytes, by: User | None) -> Theme:
    """Keep a logo: SVG (cleaned), PNG or JPEG of at most 1 MiB."""
    if len(content) > MAX_LOGO_BYTES:
        raise Refused(_("This logo is larger than 1 MB. Choose a smaller file."), code="too_large", pointer="/logo")
    media_type, content = _recognised(content)
    theme = _locked(theme)
    theme.logo_key = files.store(content, company_id=theme.company_id).key
    theme.logo_media_type = media_type
    theme.save(update_fields=["logo_key", "logo_media_type"])
    events.record("branding.theme.updated", theme, by=by, data={"changed": ["logo"]})
    return theme


@transaction.atomic
def remove_logo(theme: Theme, *, by: User | None) -> Theme:
    """Documents show the company's name instead; the bytes stay for what was printed with them."""
    theme = _locked(theme)
    if theme.logo_key:
        theme.logo_key = theme.logo_media_type = ""
        theme.save(update_fields=["logo_key", "logo_media_type"])
        events.record("branding.theme.updated", theme, by=by, data={"changed": ["logo"]})
    return theme


def _locked(theme: Theme) -> Theme:
    row: Theme = Theme.objects.select_for_update(of=("self",)).get(pk=theme.pk)
    return row


def _recognised(content: bytes) -> tuple[str, bytes]:
    """The media type that the bytes themselves show, and the bytes to keep."""
    if content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _checked_image(content), content
    if b"<svg" in content[:10_000] or content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return "image/svg+xml", svg.clean(content)
    raise _unknown()


def _checked_image(content: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as image:
                if max(image.size) > MAX_LOGO_SIDE:
                    message = _("This logo is larger than %(side)s pixels. Make it smaller.") % {"side": MAX_LOGO_SIDE}
                    raise Refused(message, code="too_large", pointer="/logo")
                image.load()
                return str(Image.MIME[image.format or ""])
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError, KeyError):
        raise _unknown() from None


def _unknown() -> Refused:
    return Refused(_("A logo is an SVG, PNG or JPEG file. Choose another file."), code="not_an_image", pointer="/logo")
