"""What follows a change of how somebody signs in: their companies can see it, and a mail tells them themselves."""

from typing import Any

from django.db import transaction

from activity import events
from core.tenancy import company_scope
from users import places, tasks
from users.models import User


def tell(user: User, what: str, *, by: User | None, **data: Any) -> None:
    """Record `users.user.<what>` in each company of the person, and mail it to them after the commit."""
    for membership in places.of(user):
        with company_scope(membership.company_id):
            events.record(f"users.user.{what}", user, by=by, data=data, company_id=membership.company_id)
    transaction.on_commit(lambda: tasks.mail_changed_sign_in.delay(user_id=str(user.pk), what=what))
