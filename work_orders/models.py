"""Work orders that came from the field, and the draft that was made of each."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from customers.models import Party
from documents.models import Document
from integrations.models import Connection
from users.tenant import TenantModel


class WorkOrder(TenantModel):
    """A work order of one account of the other side. Its row is locked while a message about it is processed."""

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="work_orders")
    account = models.CharField(max_length=200, blank=True)
    external_id = models.CharField(max_length=100)
    number = models.CharField(max_length=50)
    document = models.ForeignKey(Document, null=True, on_delete=models.SET_NULL, related_name="work_orders")
    party = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    matched_by = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connection", "account", "external_id"], name="work_order_once")
        ]

    def __str__(self) -> str:
        return self.number


class SourceKind(models.TextChoices):
    TIME = "time"
    DISTANCE = "distance"
    MATERIAL = "material"


class LineSource(TenantModel):
    """What a line was priced from, so that it can be priced again once a rate, user or product exists."""

    work_order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="line_sources")
    line = models.OneToOneField("documents.Line", on_delete=models.CASCADE, related_name="field_source")
    kind = models.CharField(max_length=10, choices=SourceKind)
    pointer = models.CharField(max_length=200)
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.pointer}"
