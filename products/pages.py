"""What products ask of a new company."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.first_steps import Step, declare
from products.models import Product


def _has_product(_company: Any) -> bool:
    return bool(Product.objects.exists())


declare(
    Step(
        order=40,
        label=_("Add a product"),
        hint=_("Its price fills in the lines of your invoices."),
        icon="package",
        url_name="products:create",
        is_done=_has_product,
    )
)
