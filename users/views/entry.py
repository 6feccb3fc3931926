"""The way in for strangers: sign-up, invitations, and a password that was forgotten. All of it works without script."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from core.errors import Refused
from core.forms import show_refusal
from users import entering, inviting, joining, limits, services, signing_up, tasks
from users.entry_forms import CompanyStartForm, ForgottenPasswordForm, NewPasswordForm, PersonForm, SignUpForm
from users.middleware import SESSION_KEY
from users.models import Company, Invitation, User

GONE = 410


# ── sign-up ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@sensitive_post_parameters()
def sign_up(request: Any) -> HttpResponseBase:
    """Person and company; then the mail, or the start page where nothing can be mailed."""
    if request.user.is_authenticated:
        return redirect("home")
    if not signing_up.is_open():
        return render(request, "users/sign_up_closed.html", status=403)
    initial = {"language": translation.get_language()}
    form = SignUpForm(request.POST or None, address=request.META["REMOTE_ADDR"], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            user = signing_up.ask(**form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            if user is not None:
                return _enter(request, user)
            return _mail_sent(request, form.cleaned_data["email"], "sign-up")
    return render(request, "users/sign_up.html", {"form": form})


@never_cache
def confirm_sign_up(request: Any, key: str) -> HttpResponseBase:
    """A button, not the mere visit, makes the company: mail programs follow links by themselves."""
    try:
        waiting = signing_up.behind(key)
        if request.method == "POST":
            return _enter(request, signing_up.confirm(waiting))
    except Refused as refusal:
        return _dead_link(request, refusal)
    with _spoken(request, waiting.language):
        return render(request, "users/sign_up_confirm.html", {"sign_up": waiting})


@never_cache
@login_required
def new_company(request: Any) -> HttpResponseBase:
    """One more company for a person who is here already."""
    if not signing_up.may_start_another(request.user):
        raise PermissionDenied
    form = CompanyStartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            company = services.create_company(
                name=form.cleaned_data["company_name"],
                vat_number=form.cleaned_data["vat_number"],
                owner=request.user,
                language=request.user.language,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            request.session[SESSION_KEY] = str(company.pk)
            messages.success(request, _("%(company)s stands. You work in it now.") % {"company": company})
            return redirect("home")
    return render(request, "users/new_company.html", {"form": form})


# ── invitations ──────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@sensitive_post_parameters()
def invitation(request: Any, key: str) -> HttpResponseBase:
    """Who has an account joins with a button, after signing in; who has none chooses a name and a password."""
    try:
        found = inviting.behind(key)
        invited = User.objects.filter(email__iexact=found.email).first()
        has_account = invited is not None and joining.can_sign_in(invited)
        context = {"invitation": found, "company": None, "has_account": has_account}
        if request.user.is_authenticated:
            if request.user == invited and request.method == "POST":
                return _come_in(request, found.company, inviting.accept(found, by=request.user).user)
            return render(request, "users/invitation_accept.html", {**context, "is_me": request.user == invited})
        if has_account:
            return render(request, "users/invitation_accept.html", {**context, "is_me": False})
        return _choose_password(request, found, invited, context)
    except Refused as refusal:
        return _dead_link(request, refusal)


def _choose_password(
    request: Any, found: Invitation, invited: User | None, context: dict[str, Any]
) -> HttpResponseBase:
    initial = {"first_name": invited.first_name, "last_name": invited.last_name} if invited else {}
    with _spoken(request, found.language):
        form = PersonForm(request.POST or None, known_email=found.email, initial=initial)
        if request.method == "POST" and form.is_valid():
            return _come_in(request, found.company, inviting.accept_as_new(found, **form.cleaned_data).user)
        return render(request, "users/invitation_new.html", {**context, "form": form})


def _come_in(request: Any, company: Company, user: User) -> HttpResponseBase:
    """Sign in if need be, and work in that company."""
    answer = redirect("home") if request.user == user else _enter(request, user)
    request.session[SESSION_KEY] = str(company.pk)
    with translation.override(user.language):
        messages.success(request, _("Welcome to %(company)s.") % {"company": company})
    return answer


# ── a forgotten password ─────────────────────────────────────────────────────────────────────────────────────────────


def forgotten_password(request: Any) -> HttpResponseBase:
    """The same answer, as fast, whether the address is known or not."""
    form = ForgottenPasswordForm(request.POST or None, address=request.META["REMOTE_ADDR"])
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        tasks.mail_forgotten_password.delay(email=email)
        return _mail_sent(request, email, "password")
    return render(request, "users/forgotten_password.html", {"form": form})


class NewPassword(auth_views.PasswordResetConfirmView):
    """The link in the mail: Django checks it, moves its token out of the address, and lets it be used once."""

    template_name = "users/new_password.html"
    form_class = NewPasswordForm  # type: ignore[assignment]

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        return super().render_to_response(context, **options, status=None if self.validlink else GONE)

    def form_valid(self, form: Any) -> HttpResponse:
        user: Any = self.user
        try:
            services.renew_password(user, new_password=form.cleaned_data["new_password"])
        except Refused as refusal:
            show_refusal(form, refusal)
            return self.form_invalid(form)
        del self.request.session[auth_views.INTERNAL_RESET_SESSION_TOKEN]
        limits.sign_in(email=user.email, address=self.request.META["REMOTE_ADDR"]).forget()
        messages.success(self.request, _("Your password is changed. Sign in with the new one."))
        return redirect("users:sign-in")


# ── shared ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _spoken(request: HttpRequest, language: str) -> translation.override:
    """The language of the mail that brought them here, until they choose another."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return translation.override(translation.get_language() if chosen else language)


def _enter(request: HttpRequest, user: User) -> HttpResponseBase:
    return entering.enter(request, user, to=resolve_url("home"))


def _mail_sent(request: HttpRequest, email: str, what: str) -> HttpResponseBase:
    context = {"email": email, "what": what, "has_mail_server": settings.HAS_MAIL_SERVER}
    return render(request, "users/mail_sent.html", context)


def _dead_link(request: HttpRequest, refusal: Refused) -> HttpResponseBase:
    """What a link that opens nothing (any more) says; one that never opened anything is no page."""
    status = GONE if refusal.status == 409 else 404
    return render(request, "users/dead_link.html", {"text": str(refusal), "code": refusal.code}, status=status)
