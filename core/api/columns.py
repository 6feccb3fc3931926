"""Which column of the database stands behind a field of a resource."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model

from core.api.fields import Reference


def path_of(field: Any) -> str:
    """Where the field's value is found, as a path in the ORM."""
    return field.column if isinstance(field, Reference) else str(field.source).replace(".", "__")


def column_at(model: type[Model], path: str) -> Any:
    """The column at the end of `user__email`, or None."""
    field: Any = None
    for step in path.split("__"):
        try:
            field = (model if field is None else field.related_model)._meta.get_field(step)
        except (FieldDoesNotExist, AttributeError):
            return None
    return field if isinstance(field, Field) else None
