"""What customers ask of a new company."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.first_steps import Step, declare
from customers.models import Party


def _has_customer(_company: Any) -> bool:
    return bool(Party.objects.exists())


declare(
    Step(
        order=30,
        label=_("Add a customer"),
        hint=_("A name is enough to begin with."),
        icon="users",
        url_name="customers:create",
        is_done=_has_customer,
    )
)
