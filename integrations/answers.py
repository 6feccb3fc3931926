"""What the hook says back: the outcome of a message, or a problem document (RFC 9457)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.api.errors import MEDIA_TYPE, body_of
from integrations.models import HookState, InboundHook


def problem(
    status: int, detail: str, *, errors: Sequence[dict[str, str]] = (), headers: dict[str, str] | None = None
) -> JsonResponse:
    """A problem document."""
    body = body_of(status, detail, faults=errors)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def outcome(hook: InboundHook, *, is_new: bool) -> JsonResponse:
    """What became of the message; `is_new` when this very request settled it."""
    if hook.state == HookState.PROCESSED:
        if is_new:
            return _json(hook.answer, hook.answer_status or 200)
        return _json({**hook.answer, "repeated": True}, 200)
    if hook.state == HookState.REFUSED:
        detail = _("The work order is not valid; `errors` names each field. Correct it and send it as a new message.")
        return problem(422, detail, errors=hook.answer["errors"])
    return pending(hook)


def status(hook: InboundHook) -> JsonResponse:
    """How the message stands now, for who asks later."""
    return _json(hook.answer, 200) if hook.state == HookState.PROCESSED else outcome(hook, is_new=False)


def pending(hook: InboundHook) -> JsonResponse:
    """Stored, not yet done."""
    connection = hook.connection
    path = reverse("hooks:status", args=[connection.provider, connection.hook_key, hook.pk])
    body = {"delivery": str(hook.pk), "work_order": hook.subject_id, "status_url": settings.PUBLIC_URL + path}
    return _json(body, 202)


def _json(body: dict[str, Any], status: int) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
