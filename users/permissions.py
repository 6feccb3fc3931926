"""What a token may do: its scopes for the view's area, and for some views the role of its user."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission

from users import scopes
from users.models import Role


class HasScope(BasePermission):
    """The view names its `area`; `owner_only` lists the methods that ask for an owner as well."""

    def has_permission(self, request: Any, view: Any) -> bool:
        token = request.auth
        if token is None:
            return False
        action = scopes.READ if request.method in SAFE_METHODS else scopes.WRITE
        if not scopes.allows(token.scopes, area=view.area, action=action):
            message = _("This token lacks the scope %(scope)s. Make one that has it.")
            raise PermissionDenied(message % {"scope": f"{view.area}:{action}"})
        if request.method in view.owner_only and request.membership.role != Role.OWNER:
            raise PermissionDenied(_("Only an owner of the company may do this."))
        return True
