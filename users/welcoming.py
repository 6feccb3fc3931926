"""The first steps of a new company: shown on the start page until they are done, or until a person sends them away."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core import first_steps
from users.models import Membership


def panel(request: HttpRequest, _company: Any) -> dict[str, Any] | None:
    """What the start page shows of them; nothing once all is done or this person has dismissed them."""
    membership = request.membership  # type: ignore[attr-defined]
    if membership.first_steps_dismissed_at is not None:
        return None
    steps = first_steps.for_membership(membership)
    waiting = [step for step, is_done in steps if not is_done]
    if not waiting:
        return None
    done = len(steps) - len(waiting)
    return {"steps": steps, "next": waiting[0], "done": done, "total": len(steps), "percent": 100 * done // len(steps)}


def dismiss(membership: Membership) -> None:
    """Show them no more to this person in this company; how a screen looks is no event."""
    rows = Membership.objects.filter(pk=membership.pk, first_steps_dismissed_at=None)
    rows.update(first_steps_dismissed_at=timezone.now())
