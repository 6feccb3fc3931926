"""What branding asks of a new company."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from branding.models import Theme
from core.first_steps import Step, declare


def _has_logo(_company: Any) -> bool:
    return bool(Theme.objects.filter(is_default=True).exclude(logo_key="").exists())


declare(
    Step(
        order=20,
        label=_("Add your logo"),
        hint=_("It stands at the head of every invoice."),
        icon="image",
        url_name="branding:theme",
        is_done=_has_logo,
        owner_only=True,
    )
)
