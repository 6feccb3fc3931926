"""Who calls the API: the bearer token names a user and one company, and both must still be allowed in."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from users.keys import digest
from users.models import ApiToken, Membership, User

SCHEME = "bearer"
USE_NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`. Sets `request.company` and `request.membership` beside user and token."""

    def authenticate(self, request: Any) -> tuple[User, ApiToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _blank, text = header.partition(" ")
        if scheme.lower() != SCHEME:
            return None
        now = timezone.now()
        token = (
            ApiToken.objects.select_related("company", "user")
            .filter(
                Q(expires_at__isnull=True) | Q(expires_at__gt=now), digest=digest(text.strip()), revoked_at__isnull=True
            )
            .first()
        )
        membership = None
        if token is not None and token.user.is_active:
            membership = Membership.objects.filter(company=token.company, user=token.user, is_active=True).first()
        if token is None or membership is None:
            raise AuthenticationFailed(
                _("This token is unknown, expired or revoked. Make a new one on the page “API access”.")
            )
        membership.company, membership.user = token.company, token.user
        request.company, request.membership = token.company, membership
        _note_use(token)
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        return 'Bearer realm="eFactori"'


def _note_use(token: ApiToken) -> None:
    """Write the last use at most once a minute, so that reading costs no write."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
