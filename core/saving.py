"""The last guard before a row is written: whatever door a value came through, the model's own rules hold, and a no is a
sentence with a pointer instead of a database error."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from core.errors import Refused

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def assign(instance: models.Model, fields: Mapping[str, Any], *, allowed: Collection[str]) -> list[str]:
    """Set the fields that differ and return their names, sorted; a field outside `allowed` is the caller's fault."""
    unknown = set(fields) - set(allowed)
    if unknown:
        raise TypeError(f"{instance._meta.label} takes no {', '.join(sorted(unknown))} here")
    changed = sorted(name for name, value in fields.items() if getattr(instance, name) != value)
    for name in changed:
        setattr(instance, name, fields[name])
    return changed


def check(instance: models.Model, *, under: str = "") -> None:
    """Refuse the first field that breaks a rule of its model; `under` is the pointer of the object itself."""
    for field in instance._meta.concrete_fields:
        value = getattr(instance, field.attname)
        if isinstance(value, str) and _UNSTORABLE.search(value):
            message = _("This text holds characters that cannot be stored. Type it again.")
            raise Refused(message, code="invalid", pointer=f"{under}/{field.name}")
    try:
        instance.clean_fields(exclude={field.name for field in instance._meta.fields if field.is_relation})
    except ValidationError as error:
        name, problems = next(iter(error.error_dict.items()))
        raise Refused(" ".join(problems[0].messages), code="invalid", pointer=f"{under}/{name}") from None


def save(instance: models.Model, *, update_fields: Collection[str] | None = None, under: str = "") -> None:
    """Check and save; a value that must be unique and is taken is refused with its pointer."""
    check(instance, under=under)
    try:
        with transaction.atomic():
            instance.save(update_fields=update_fields)
    except IntegrityError:
        name = _taken_field(instance)
        if name is None:
            raise
        raise Refused(
            _("This value is already used. Choose another."), code="taken", pointer=f"{under}/{name}"
        ) from None


def save_all(instances: Sequence[models.Model], *, update_fields: Collection[str] | None = None) -> dict[int, Refused]:
    """Save many of one model in one statement; the refusals by place. Without `update_fields` they are new rows."""
    refused: dict[int, Refused] = {}
    for place, instance in enumerate(instances):
        try:
            check(instance)
        except Refused as refusal:
            refused[place] = refusal
    sound = [instance for place, instance in enumerate(instances) if place not in refused]
    options: dict[str, Any] = {}
    if update_fields is not None:
        options = {"update_conflicts": True, "unique_fields": ["id"], "update_fields": sorted(update_fields)}
    try:
        with transaction.atomic():
            if sound:
                type(sound[0])._default_manager.bulk_create(sound, **options)
    except IntegrityError:  # a value is taken: one after another they tell which
        for place, instance in enumerate(instances):
            if place not in refused:
                try:
                    save(instance, update_fields=update_fields)
                except Refused as refusal:
                    refused[place] = refusal
    return refused


def _taken_field(instance: models.Model) -> str | None:
    """The field, or the last field of a unique constraint, whose value another row already has."""
    for field in instance._meta.concrete_fields:
        if field.unique and not field.primary_key:
            same = type(instance)._default_manager.filter(**{field.name: getattr(instance, field.attname)})
            if same.exclude(pk=instance.pk).exists():
                return field.name
    for constraint in instance._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            try:
                constraint.validate(type(instance), instance)
            except ValidationError:
                return constraint.fields[-1]
    return None
