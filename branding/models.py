"""Themes of printed documents."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from users.tenant import TenantModel


class Style(models.TextChoices):
    CALM = "calm", _("Calm")
    MINIMAL = "minimal", _("Minimal")
    BOLD = "bold", _("Bold")


class Window(models.TextChoices):
    RIGHT = "right", _("Right")
    LEFT = "left", _("Left")


class Theme(TenantModel):
    """Colour, style, envelope window, logo and footer of printed documents; a company has one default theme.

    What the law asks of an invoice (quantity, unit price, discount, the amounts per rate) is printed by every theme.
    """

    name = models.CharField(_("name"), max_length=60)
    style = models.CharField(_("style"), max_length=10, choices=Style, default=Style.CALM)
    window = models.CharField(_("envelope window"), max_length=5, choices=Window, default=Window.RIGHT)
    brand_color = models.CharField(
        _("colour"), max_length=7, default="#0e5a73", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    vat_on_lines = models.BooleanField(_("VAT rate on every line"), default=False)
    payment_code = models.BooleanField(_("QR code for the payment"), default=True)
    footer = models.CharField(_("text at the foot"), max_length=200, blank=True)
    logo_key = models.CharField(max_length=200, blank=True, editable=False)
    logo_media_type = models.CharField(max_length=40, blank=True, editable=False)
    is_default = models.BooleanField(_("default"), default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company"], condition=models.Q(is_default=True), name="theme_one_default")
        ]

    def __str__(self) -> str:
        return self.name
