"""Company settings: the seller on every document and what prices start from."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import ways
from core.access import owner_required
from core.errors import Refused
from core.forms import show_refusal
from users import services
from users.forms import CompanyForm
from users.models import Company


@owner_required
def edit(request: Any) -> HttpResponseBase:
    form = CompanyForm(request.POST or None, instance=Company.objects.get(pk=request.company.pk))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_company(request.company, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The company settings are saved. Invoices issued from now on use them."))
            return redirect(ways.back(request, default=reverse("users:company")))
    return render(request, "users/company.html", {"form": form})
