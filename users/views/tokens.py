"""API access: tokens, made, shown once, revoked."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.access import member_required
from core.errors import Refused
from core.forms import show_refusal
from users import services
from users.forms import TokenForm
from users.models import ApiToken, Role


@never_cache
@member_required
def index(request: Any) -> HttpResponseBase:
    """The list, the form, and after a POST the new token's text, which this one answer shows."""
    form = TokenForm(request.POST or None)
    new_token = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, new_token = services.create_token(
                company=request.company,
                user=request.user,
                by=request.user,
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at(),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            form = TokenForm()
    tokens = _tokens(request).select_related("user").order_by("-created_at")[:200]
    api_url = f"{settings.PUBLIC_URL}/api/v1/"
    context = {
        "form": form,
        "tokens": tokens,
        "new_token": new_token,
        "now": timezone.now(),
        "api_url": api_url,
        "example": f'curl "{api_url}customers/?limit=1" --header "Authorization: Bearer {new_token or "$TOKEN"}"',
    }
    return render(request, "users/tokens.html", context)


@require_POST
@member_required
def revoke(request: Any, pk: UUID) -> HttpResponseBase:
    token = services.revoke_token(get_object_or_404(_tokens(request), pk=pk), by=request.user)
    messages.success(request, _("The token %(name)s is revoked. Programs that use it stop working.") % {"name": token})
    return redirect("users:tokens")


def _tokens(request: Any) -> QuerySet[ApiToken]:
    """Owners see the tokens of everybody, others their own."""
    tokens = ApiToken.objects.filter(company=request.company)
    return tokens if request.membership.role == Role.OWNER else tokens.filter(user=request.user)
