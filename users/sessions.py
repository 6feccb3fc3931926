"""Sessions that know whose they are, so that people see where they are signed in and can end it.

Django's database sessions, in a table of ours (`SESSION_ENGINE`).
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone

from users.models import Session, User

DEVICE, SIGNED_IN, SEEN, PROVEN = "device", "signed_in", "seen", "proven"
SEEN_EVERY = timedelta(minutes=10)
PROVEN_FOR = timedelta(minutes=15)
# Tried in this order: many browsers also carry the name of the one they descend from.
BROWSERS = {"Edg": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
}  # fmt: skip


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment, arg-type]
        row.user_id = UUID(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device = data.get(DEVICE, "")
        row.signed_in_at = datetime.fromtimestamp(data[SIGNED_IN], UTC) if SIGNED_IN in data else None
        row.seen_at = timezone.now()
        return row


def begin(request: HttpRequest) -> None:
    """Note the device that somebody has just signed in with."""
    request.session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    request.session[SIGNED_IN] = request.session[SEEN] = timezone.now().timestamp()
    prove(request)


def prove(request: HttpRequest) -> None:
    """Note that the person has just shown who they are."""
    request.session[PROVEN] = timezone.now().timestamp()


def is_proven(request: HttpRequest) -> bool:
    """Whether that was in the last quarter of an hour: what is left on a desk may not change how one signs in."""
    return bool(request.session.get(PROVEN, 0) > (timezone.now() - PROVEN_FOR).timestamp())


def end(user: User, *, kept: str = "") -> int:
    """Sign a person out everywhere but in the session with the key `kept`; returns how many sessions ended."""
    ended, _rows = Session.objects.filter(user=user).exclude(session_key=kept).delete()
    return ended


def note_visit(request: HttpRequest) -> None:
    """Keep "last seen" true to ten minutes, so that reading a page costs no write."""
    seen = request.session.get(SEEN)
    if seen is not None and seen < (timezone.now() - SEEN_EVERY).timestamp():
        request.session[SEEN] = timezone.now().timestamp()


def device_of(agent: str) -> str:
    """`Firefox, Windows` for a browser's long name of itself; empty when it is none that we know."""
    found = (next((name for mark, name in names.items() if mark in agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))
