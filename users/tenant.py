"""The base of every table that holds a company's data."""

from typing import ClassVar, Self

from django.db import models

from core.ids import uuid7
from core.tenancy import scoped_manager


class TenantModel(models.Model):
    """A row of one company: queries are scoped, ids sort by time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company = models.ForeignKey("users.Company", on_delete=models.PROTECT, related_name="+", editable=False)

    objects: ClassVar[models.Manager[Self]] = scoped_manager(models.Manager)

    class Meta:
        abstract = True
