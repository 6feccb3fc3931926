"""Who calls the API: the bearer token names a user and one company, and both must still be allowed in."""

from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from core import origin
from core.prepared import Given, Prepared, given_text
from core.tenancy import every_company
from users.keys import digest
from users.models import ApiToken, Membership, User

SCHEME = "bearer"
USE_NOTED_EVERY = timedelta(minutes=1)
TOKEN_FIELDS = [field.attname for field in ApiToken._meta.concrete_fields]


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`. Sets `request.company` and `request.membership` beside user and token."""

    def authenticate(self, request: Any) -> tuple[User, ApiToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _blank, text = header.partition(" ")
        if scheme.lower() != SCHEME:
            return None
        with every_company():
            membership: Membership | None = _behind.first(digest=digest(text.strip()), now=timezone.now())
        if membership is None:
            raise AuthenticationFailed(
                _("This token is unknown, expired or revoked. Make a new one on the page “API access”.")
            )
        request.company, request.membership = membership.company, membership
        origin.known(company=membership.company_id, user=membership.user_id)
        token = ApiToken(**{name: getattr(membership, f"token_{name}") for name in TOKEN_FIELDS})
        token.company, token.user = membership.company, membership.user
        _note_use(token)
        return membership.user, token

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="eFactori"'


def _memberships() -> QuerySet[Membership]:
    """Whose token it is, in one query: every request begins with it. The token's columns hang on the membership."""
    token, now = "user__tokens", Given("now", DateTimeField())
    is_live = Q(**{f"{token}__expires_at__isnull": True}) | Q(**{f"{token}__expires_at__gt": now})
    found = (
        Membership.objects.filter(
            is_live,
            **{f"{token}__digest": given_text("digest"), f"{token}__revoked_at__isnull": True},
            company=F(f"{token}__company"),
            is_active=True,
            user__is_active=True,
        )
        .select_related("company", "user")
        .annotate(**{f"token_{name}": F(f"{token}__{name}") for name in TOKEN_FIELDS})
    )
    return found[:1]


_behind = Prepared(_memberships)


def _note_use(token: ApiToken) -> None:
    """Write the last use at most once a minute, so that reading costs no write."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
