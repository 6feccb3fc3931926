"""Messages: one row per mail and click, from queued to taken by the mail server."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.models import Document
from users.models import Language
from users.tenant import TenantModel


class MessageState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENT = "sent", pgettext_lazy("e-mail", "Sent")
    FAILED = "failed", _("Failed")


class Message(TenantModel):
    """A mail to one recipient. `click_id` makes the same click one mail; `sent` means that the mail server took it.

    `to` alone receives it; `addressed_to` and `cc` are what its head shows. `handed_at` is set just before the mail
    server gets it and cleared by a clear refusal, so that a crash in between is seen.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="messages")
    click_id = models.CharField(max_length=64)
    to = models.EmailField(_("to"))
    addressed_to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    language = models.CharField(max_length=2, choices=Language)
    file_ids = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    error = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    message_id = models.CharField(max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    handed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "click_id", "to"], name="message_once_per_click")
        ]
        indexes: ClassVar = [models.Index(fields=["company", "-created_at"], name="message_recent")]

    def __str__(self) -> str:
        return f"{self.to} {self.state}"


class Sender(TenantModel):
    """Whom the mails of a company come from; what is empty is as in its own details. `cc` and `bcc` get every mail."""

    name = models.CharField(_("name of the sender"), max_length=100, blank=True)
    reply_to = models.EmailField(_("address for answers"), blank=True)
    cc = models.JSONField(_("copy of every mail to"), default=list, blank=True)
    bcc = models.JSONField(_("hidden copy of every mail to"), default=list, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company"], name="sender_once")]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.name or " ".join(self.company.name.split())

    @property
    def answers_to(self) -> str:
        """Empty when the company gave no address at all."""
        return self.reply_to or self.company.email


class MessageText(TenantModel):
    """Subject and text proposed for a kind of document in a language; tags such as %number% are replaced."""

    kind = models.CharField(max_length=30)
    language = models.CharField(max_length=2, choices=Language)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "kind", "language"], name="message_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"
