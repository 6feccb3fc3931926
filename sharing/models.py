"""Links to documents for people without an account."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from users.tenant import TenantModel


def new_key() -> str:
    """192 random bits, as they stand in an address."""
    return secrets.token_urlsafe(24)


class PublicLink(TenantModel):
    """One address of one document. Withdrawn or run out, it stays as evidence and answers that it is gone."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="public_links")
    key = models.CharField(max_length=64, unique=True, default=new_key, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)
    viewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["document"], condition=models.Q(withdrawn_at__isnull=True), name="public_link_one_at_a_time"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["company", "document"], name="public_link_document")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.expires_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.withdrawn_at is None and self.expires_at > timezone.now()

    @property
    def url(self) -> str:
        """The whole address, to be handed on."""
        return settings.PUBLIC_URL + reverse("sharing:document", args=[self.key])
