"""Signing in and out, one's own settings, and the language and theme of the pages."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.access import member_required
from core.errors import Refused
from core.forms import show_refusal
from users import entering, factors, services, signing_up
from users.forms import ProfileForm, SignInForm
from users.middleware import SESSION_KEY
from users.models import Language, Session, Theme


class SignIn(views.LoginView):
    template_name = "users/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user: Any = form.get_user()
        return entering.enter(self.request, user, to=self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(can_sign_up=signing_up.is_open(), **kwargs)


def admin_sign_in(request: HttpRequest) -> HttpResponseBase:
    """The operator's pages have no door of their own, for it would lead past the second step."""
    if request.user.is_authenticated and not admin.site.has_permission(request):
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class SignOut(views.LogoutView):
    """POST only, so that no picture on a page can sign anybody out."""


@login_required
def profile(request: Any) -> HttpResponseBase:
    """Name, language and theme."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.update_profile(request.user, company=request.company, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            with translation.override(user.language):
                messages.success(request, _("Your settings are saved."))
            return redirect("users:profile")
    context = {
        "form": form,
        "memberships": sorted(request.memberships, key=lambda place: place.company.name),
        "sessions": Session.objects.filter(user=request.user, expire_date__gt=timezone.now()).order_by("-seen_at"),
        "this_session": request.session.session_key,
        "factors": factors.of(request.user),
    }
    return render(request, "users/profile.html", context)


@require_POST
@login_required
def sign_out_elsewhere(request: Any) -> HttpResponseBase:
    """For a phone that was lost, or a computer that one forgot to leave."""
    services.end_other_sessions(request.user, kept=request.session.session_key, company=request.company)
    messages.success(request, _("Your other devices are signed out."))
    return redirect("users:profile")


@require_POST
@member_required
def switch_company(request: Any, pk: UUID) -> HttpResponseBase:
    """Go on in another company of one's own; kept until signing out."""
    if pk not in {place.company_id for place in request.memberships}:
        raise Http404
    request.session[SESSION_KEY] = str(pk)
    return redirect("home")


@sensitive_post_parameters()
@login_required
def password(request: Any) -> HttpResponseBase:
    """A new password; this session goes on, others end."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        new_password = form.cleaned_data["new_password1"]
        user = services.change_password(request.user, new_password=new_password, company=request.company)
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. Other devices are signed out."))
        return redirect("users:profile")
    return render(request, "users/password.html", {"form": form})


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """The pages speak another language; a signed-in person keeps it."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in Language.values:
        services.update_profile(request.user, company=getattr(request, "company", None), language=language)
    return i18n.set_language(request)


@require_POST
@login_required
def set_theme(request: Any) -> HttpResponseBase:
    """The pages turn light or dark for this person, wherever they sign in."""
    if (theme := request.POST.get("theme", "")) in Theme.values:
        services.update_profile(request.user, company=request.company, theme=theme)
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if ours else "home")
