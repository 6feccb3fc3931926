"""Sending a document over the REST API: the same mail that its page proposes, with what the caller wants otherwise."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import idempotency
from core.api.errors import Invalid, fault
from core.api.fields import Choice, Email, Identifier, Moment, RowId, Text
from core.api.serializers import Resource
from core.api.views import ApiView
from core.errors import Refused
from documents.models import FileRole
from sending import services
from sending.models import MessageState

CHANNELS = [("email", "E-mail")]


def _addresses() -> Any:
    return serializers.ListField(child=Email(), required=False, max_length=services.MOST_RECIPIENTS)


class SendBody(Resource):
    """What is left out is as the page of the document proposes it."""

    channel = Choice(CHANNELS, required=False)
    to = _addresses()
    cc = _addresses()
    subject = Text(required=False, max_length=200, allow_blank=False)
    body = Text(required=False, multiline=True, max_length=services.LONGEST_BODY, allow_blank=False)
    attachments = serializers.ListField(child=RowId(), required=False, max_length=200)


class MessageResource(Resource):
    id = Identifier()
    to = Text()
    state = Choice(MessageState.choices)
    created_at = Moment()


class Sent(ApiView):
    """`…/send/`."""

    @action(detail=True, methods=["post"], takes=SendBody, adds={"messages": MessageResource(many=True)})
    def send(self, request: Request, pk: Any) -> Response:
        """Queue one mail per address; answers the document with its `messages`."""
        wish = self.body(SendBody)
        wish.pop("channel", None)
        document = self.checked(pk)
        with translation.override(document.language):
            proposal = services.compose(document)
        files = {file.pk for file in document.files.filter(role=FileRole.ATTACHMENT)}
        wanted = wish.pop("attachments", [file.pk for file in proposal.files])
        unknown = [index for index, file_id in enumerate(wanted) if file_id not in files]
        if unknown:
            message = _("This document has no such annex.")
            raise Invalid([fault(f"/attachments/{index}", "unknown", message) for index in unknown])
        proposed = {name: getattr(proposal, name) for name in ("to", "cc", "bcc", "subject", "body")}
        mail = proposed | wish
        try:
            messages = services.queue(document, by=self.user, file_ids=wanted, click_id=self._click_id(), **mail)
        except Refused as refusal:
            if refusal.pointer == "/file_ids":
                refusal.pointer = "/attachments"
            raise
        response = self.show(pk)
        response.data["messages"] = [MessageResource.writer()(message) for message in messages]
        return response

    def _click_id(self) -> str:
        """The same `Idempotency-Key` is the same mail for as long as the document is kept, not for a day only."""
        key = self.request.headers.get(idempotency.HEADER)
        return uuid4().hex if key is None else sha256(f"{self.user.pk} {key}".encode()).hexdigest()
