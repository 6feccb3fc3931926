"""Field types that take exactly what the contract says and never guess: a number is no text, `1` is no `true`."""

import re
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.prepared import Among, GivenIds, Prepared

if TYPE_CHECKING:
    AnyField = serializers.Field[Any, Any, Any, Any]
else:
    AnyField = serializers.Field

_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
LONGEST_WHOLE = 15  # digits; more of them many programs read as another number than was written
_WHOLE = re.compile(rf"-?[0-9]{{1,{LONGEST_WHOLE}}}", re.ASCII)
_LONGEST_QUERY = 200


class Text(serializers.CharField):
    """A JSON string. Outer blanks are cut; line breaks are kept only where `multiline` says so."""

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        options.setdefault("allow_blank", not options.get("required", True))
        options.setdefault("max_length", 10_000 if multiline else 200)
        super().__init__(**options)
        self.multiline = multiline

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        return value if self.multiline else " ".join(value.splitlines())

    def from_query(self, text: str) -> str:
        if "\0" in text or len(text) > _LONGEST_QUERY:
            self.fail("invalid")
        return text


class Email(Text, serializers.EmailField):
    """An e-mail address, or an empty text where that is allowed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, **options)


class Country(Text):
    """Two capital letters (ISO 3166-1)."""

    def __init__(self, **options: Any) -> None:
        pattern = RegexValidator(r"^[A-Z]{2}\Z", _("Use the country's two capital letters, for example BE."))
        super().__init__(required=False, allow_blank=False, max_length=2, validators=[pattern], **options)


class Currency(Text):
    """Three capital letters (ISO 4217)."""

    def __init__(self, **options: Any) -> None:
        pattern = RegexValidator(r"^[A-Z]{3}\Z", _("Use the currency's three capital letters, for example EUR."))
        super().__init__(required=False, allow_blank=False, max_length=3, validators=[pattern], **options)


class Flag(serializers.BooleanField):
    """`true` or `false`."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:40])
        return data

    def from_query(self, text: str) -> bool:
        if text not in {"true", "false"}:
            self.fail("invalid", input=text[:40])
        return text == "true"


class FormFlag(Flag):
    """`true` or `false` in a form, where every value is a text."""

    def to_internal_value(self, data: Any) -> bool:
        return self.from_query(data) if isinstance(data, str) else super().to_internal_value(data)


class Upload(serializers.FileField):
    """A file of a form; only written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(write_only=True, **options)


class Whole(serializers.IntegerField):
    """A JSON integer."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data

    def from_query(self, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            self.fail("invalid")
        return int(text)


class Amount(serializers.DecimalField):
    """An exact number, written as a string with `least` to `places` decimals. Strings and JSON numbers are taken."""

    default_error_messages = {
        "places": _("Give at most {places} decimals."),
        "digits": _("Give at most {digits} digits before the point."),
        "one_of": _("Give one of: {values}."),
    }

    def __init__(
        self,
        *,
        places: int = 2,
        least: int | None = None,
        digits: int = 10,
        one_of: Collection[Decimal] = (),
        **options: Any,
    ) -> None:
        super().__init__(max_digits=digits + places, decimal_places=places, **options)
        self.places = places
        self.least = places if least is None else least
        self.digits = digits
        self.one_of = one_of

    def to_internal_value(self, data: Any) -> Decimal:
        exact = self._exact(data)
        if self.one_of and exact not in self.one_of:
            self.fail("one_of", values=", ".join(self.to_representation(value) for value in self.one_of))
        return exact

    def _exact(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, str | int | Decimal):
            self.fail("invalid")
        if isinstance(data, str) and not _DECIMAL.fullmatch(data):
            self.fail("invalid")
        if isinstance(data, int) and abs(data) >= 10**self.digits:  # before Decimal, whose text would be as long
            self.fail("digits", digits=self.digits)
        value = Decimal(data)
        if value.adjusted() >= self.digits and value:
            self.fail("digits", digits=self.digits)
        if value.adjusted() < -30 or value.as_tuple().exponent < -30:  # type: ignore[operator]
            self.fail("places", places=self.places)
        exact = value.quantize(Decimal(1).scaleb(-self.places))
        if exact != value:
            self.fail("places", places=self.places)
        return exact + 0  # minus zero is zero

    def to_representation(self, value: Any) -> str:
        return decimal_text(value, self.places, self.least)

    def from_query(self, text: str) -> Decimal:
        """Any number: one that no row can have is a limit all the same."""
        return self._exact(text)


def decimal_text(value: Decimal, places: int, least: int) -> str:
    """`value` with between `least` and `places` decimals."""
    text = f"{value:.{places}f}"
    if places == least or text[-1] != "0":
        return text
    shortest = len(text) - places + least
    return text[: max(shortest, len(text.rstrip("0")))].rstrip(".")


class Choice(serializers.ChoiceField):
    """One of the listed texts."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:40])
        return str(super().to_internal_value(data))

    def to_representation(self, value: Any) -> Any:
        return value

    def from_query(self, text: str) -> str:
        return self.to_internal_value(text)


class Day(serializers.DateField):
    """A calendar day, `2026-03-31`."""

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DD")

    def to_representation(self, value: date) -> str:
        return value.isoformat()

    def from_query(self, text: str) -> date:
        return self.to_internal_value(text)


class Moment(serializers.DateTimeField):
    """A moment in UTC, `2026-03-31T08:15:00.000000Z`; only read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def from_query(self, text: str) -> datetime:
        moment = None
        try:
            moment = parse_datetime(text.replace(" ", "+"))
            if moment is not None:
                moment = (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)
        except (ValueError, OverflowError):  # UTC may lack the first and the last hours of the calendar
            moment = None
        if moment is None:
            self.fail("invalid", format="YYYY-MM-DDThh:mm:ssZ")
        return moment


class Scalar(serializers.JSONField):
    """A text, a number, true, false or null; whoever declares it holds values to `longest` and `greatest`."""

    def __init__(self, *, longest: int, greatest: int, **options: Any) -> None:
        super().__init__(allow_null=True, **options)
        self.longest = longest
        self.greatest = greatest


class Identifier(serializers.UUIDField):
    """A UUID in its usual spelling; only read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def to_representation(self, value: Any) -> str:
        return str(value)

    def from_query(self, text: str) -> uuid.UUID:
        return parse_uuid(self, text)


class RowId(serializers.UUIDField):
    """The id of a row inside its object: given, it keeps that row."""

    def to_internal_value(self, data: Any) -> uuid.UUID:
        return parse_uuid(self, data)


@dataclass(frozen=True)
class Named:
    """What a reference's id was found to name, before the field itself was asked."""

    row: Any


class Reference(AnyField):
    """The id of another object of the company, one of `rows`; `?expand=` unfolds `relation` as `expands` says."""

    default_error_messages = {
        "invalid": _("Give an id as a string, for example 0197c0de-1234-7abc-8def-0123456789ab."),
        "unknown": _("There is no such object."),
    }

    def __init__(
        self,
        *,
        rows: Callable[[], QuerySet[Any]],
        relation: str,
        expands: Callable[[], Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.rows = rows
        self.relation = relation
        self.column = f"{relation}_id"
        self.expands = expands
        self._named = Prepared(self.named)

    def named(self) -> QuerySet[Any]:
        """The rows that have the given `ids`."""
        return self.rows().filter(Among("pk", GivenIds("ids"))).order_by()

    def find(self, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
        """The rows that have these ids, by id."""
        return {row.pk: row for row in self._named.ask(ids=ids)}

    def to_internal_value(self, data: Any) -> Any:
        found = data.row if isinstance(data, Named) else next(iter(self.find([parse_uuid(self, data)]).values()), None)
        if found is None:
            self.fail("unknown")
        return found

    def id_in(self, row: Any, name: str) -> uuid.UUID | None:
        """The id that stands under `name` in one row of a list, when it can be read."""
        try:
            return parse_uuid(self, row[name]) if isinstance(row, Mapping) and name in row else None
        except serializers.ValidationError:
            return None

    def to_representation(self, value: Any) -> str | None:
        return None if value is None else str(value)

    def from_query(self, text: str) -> uuid.UUID:
        return parse_uuid(self, text)


class Computed(AnyField):
    """A value that `function` makes of the row; `kind` says what type it is; only read.

    `reads` names the columns that it needs, where it needs nothing else: rows are then read without making objects.
    """

    def __init__(self, function: Callable[[Any], Any], *, kind: AnyField, reads: Sequence[str] = ()) -> None:
        super().__init__(read_only=True)
        self.function = function
        self.kind = kind
        self.reads = reads

    def to_representation(self, value: Any) -> Any:
        return self.kind.to_representation(value)


class Free(serializers.JSONField):
    """Any JSON value, as it is kept; only read. `shape` is its JSON Schema for the reference, where it has one."""

    def __init__(self, *, shape: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(read_only=True, **options)
        self.shape = shape or {}

    def to_representation(self, value: Any) -> Any:
        return value


def to_json(field: AnyField) -> Callable[[Any], Any] | None:
    """What makes JSON of a field's value; None where the value is JSON already."""
    if isinstance(field, Text | Flag | Whole | Choice | Free):
        return None
    if isinstance(field, Amount):
        return partial(decimal_text, places=field.places, least=field.least)
    return field.to_representation


def parse_uuid(field: AnyField, text: Any) -> uuid.UUID:
    """A UUID in the one spelling with hyphens; the field says what is wrong with anything else."""
    try:
        if isinstance(text, str) and len(text) == 36:
            return uuid.UUID(text)
    except ValueError:
        pass
    raise serializers.ValidationError(field.error_messages["invalid"], code="invalid")
