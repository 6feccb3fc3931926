"""The hook endpoint. The order of the checks is part of the contract: nothing is read of a stranger's body before the
connection is known to exist, and nothing is stored before the signature holds.
"""

from uuid import UUID

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.tenancy import company_scope
from integrations import answers, authentication, decoding
from integrations.handling import Deadline
from integrations.models import Connection, InboundHook
from integrations.services import receiving

LARGEST = 32 * 1024 * 1024
LONGEST_ID = 200


@csrf_exempt
def receive(request: HttpRequest, provider: str, hook_key: str) -> HttpResponse:
    """Take one message and answer what became of it."""
    if request.method != "POST":
        return answers.problem(405, _("Messages are delivered with POST."), headers={"Allow": "POST"})
    connection = authentication.find(provider, hook_key)
    if connection is None or not connection.is_active:
        return _unavailable(connection)
    with translation.override(connection.company.language):
        return _checked(request, connection)


def status(request: HttpRequest, provider: str, hook_key: str, delivery: UUID) -> HttpResponse:
    """What became of a delivery that was answered with 202. The address is the secret: key and delivery id together."""
    if request.method not in ("GET", "HEAD"):
        return answers.problem(405, _("The status is read with GET."), headers={"Allow": "GET"})
    connection = authentication.find(provider, hook_key)
    if connection is None or not connection.is_active:
        return _unavailable(connection)
    with company_scope(connection.company_id), translation.override(connection.company.language):
        hook = InboundHook.objects.select_related("connection").filter(connection=connection, pk=delivery).first()
        if hook is None:
            return answers.problem(404, _("There is no such delivery."))
        return answers.status(hook)


def _unavailable(connection: Connection | None) -> HttpResponse:
    if connection is None:
        return answers.problem(404, _("There is no such connection. Check the address, or connect again."))
    return answers.problem(410, _("This connection is switched off. Connect again in eFactori."))


def _checked(request: HttpRequest, connection: Connection) -> HttpResponse:
    if request.content_type != "application/json":
        return answers.problem(415, _("Send JSON, with the media type application/json."))
    if _declared_size(request) > LARGEST or len(request.body) > LARGEST:
        return answers.problem(413, _("The message is larger than 32 MiB."))
    try:
        message_id = authentication.verify(connection, request.headers, request.body)
    except authentication.Unproven as unproven:
        return answers.problem(401, str(unproven))
    if not authentication.is_within_limit(connection):
        detail = _("Too many messages: at most %d a second.") % authentication.PER_SECOND
        return answers.problem(429, detail, headers={"Retry-After": "1"})
    if len(message_id) > LONGEST_ID:
        return answers.problem(400, _("The header webhook-id is longer than %d characters.") % LONGEST_ID)
    try:
        decoding.decode(request.body)
    except decoding.Unreadable as unreadable:
        return answers.problem(400, str(unreadable))
    deadline = Deadline(receiving.REQUEST_SECONDS)
    try:
        hook = receiving.store(connection, message_id=message_id, body=request.body)
    except OperationalError:
        return answers.problem(503, _("The database is busy. Send the message again."), headers={"Retry-After": "1"})
    processed = receiving.process(hook, deadline=deadline)
    return answers.outcome(processed.hook, is_new=processed.is_new)


def _declared_size(request: HttpRequest) -> int:
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
