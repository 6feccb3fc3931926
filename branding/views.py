"""Logo and layout of printed documents."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from branding import services
from branding.forms import ThemeForm
from branding.models import Theme
from core import files
from core.access import member_required, owner_required
from core.errors import Refused
from core.forms import show_refusal


@owner_required
def theme(request: Any) -> HttpResponseBase:
    current = services.default_theme(request.company)
    form = ThemeForm(request.POST or None, request.FILES or None, instance=Theme.objects.get(pk=current.pk))
    if request.method == "POST" and form.is_valid():
        logo = form.cleaned_data.pop("logo")
        try:
            with transaction.atomic():
                services.update_theme(current, by=request.user, **form.cleaned_data)
                if logo:
                    content = logo.read(services.MAX_LOGO_BYTES + 1)
                    services.set_logo(current, content=content, by=request.user)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The layout is saved. Documents printed from now on use it."))
            return redirect("branding:theme")
    return render(request, "branding/theme.html", {"form": form, "theme": current})


@require_POST
@owner_required
def remove_logo(request: Any) -> HttpResponseBase:
    services.remove_logo(services.default_theme(request.company), by=request.user)
    messages.success(request, _("The logo is removed."))
    return redirect("branding:theme")


@member_required
def logo(request: Any) -> HttpResponseBase:
    """The company's own logo; sandboxed, so that opening it by itself runs nothing."""
    current = services.default_theme(request.company)
    if not current.logo_key:
        raise Http404
    response = HttpResponse(files.read(current.logo_key), content_type=current.logo_media_type)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, no-cache"
    return response
