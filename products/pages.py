"""What products ask of a new company, and the first tab of a product's page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import tabs
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

tabs.declare(
    tabs.Tab("products:edit", "product", 10, _("Product"), "products/form.html", lambda _request, _product: {})
)
