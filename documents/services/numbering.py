"""Series of numbers: their format, their first number, and the next one, taken last inside an issue."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from activity import events
from core import identifiers
from core.errors import Conflict, Refused
from core.prepared import Prepared, given_text
from documents import kinds, numbers
from documents.models import NumberFormat, Series
from users.models import Company, User

_format = Prepared(lambda: NumberFormat.objects.filter(family=given_text("family")).values_list("format", flat=True))


def format_of(company: Company, kind: kinds.Kind) -> str:
    """The company's format of this family, or the kind's own."""
    return _format.first(family=kind.family) or kind.number_format


def series_year(text: str, on: date) -> int:
    """The year of the series that a format uses on a date; 0 for a format that never resets."""
    return on.year if numbers.has_year(text) else 0


def lock(company: Company, kind: kinds.Kind, *, on: date) -> tuple[Series, Series | None, str]:
    """The locked series row for a date, that of the structured communications where the kind carries one, and the
    format. Call it last in a transaction: others wait for it.
    """
    text = format_of(company, kind)
    wanted = [(kind.family, series_year(text, on))]
    if kind.communication_series:  # counts by itself, since a document series may start anywhere and start again
        wanted.append((f"communication-{kind.communication_series}", on.year))
    either = Q(*(Q(family=family, year=year) for family, year in wanted), _connector=Q.OR)
    rows = Series.objects.select_for_update(of=("self",)).filter(either).order_by("family")
    locked = {(series.family, series.year): series for series in rows}
    if len(locked) < len(wanted):
        for family, year in wanted:
            Series.objects.get_or_create(company=company, family=family, year=year)
        locked = {(series.family, series.year): series for series in rows.all()}
    return locked[wanted[0]], locked[wanted[-1]] if kind.communication_series else None, text


def communication(kind: kinds.Kind, series: Series) -> str:
    """The next structured communication: series (2), year (2), counter (6) and the check."""
    if series.next_number > 999_999:
        raise Refused(_("The structured communications of this year are used up."), code="series_full")
    base = f"{kind.communication_series}{series.year % 100:02d}{series.next_number:06d}"
    return identifiers.structured_communication(base)


def advance(*locked: Series | None, on: date) -> None:
    """The next number of these series is taken, on this date."""
    taken = [series.pk for series in locked if series is not None]
    Series.objects.filter(pk__in=taken).update(next_number=F("next_number") + 1, last_date=on)


def preview(company: Company, kind: kinds.Kind, *, on: date) -> str:
    """The number that an issue on this date would take now."""
    text = format_of(company, kind)
    series = Series.objects.filter(family=kind.family, year=series_year(text, on)).first()
    return numbers.render(text, series.next_number if series else 1, on=on)


def preview_communication(kind: kinds.Kind, *, on: date) -> str:
    """The structured communication that an issue on this date would give now; empty where the kind carries none."""
    if not kind.communication_series:
        return ""
    family = f"communication-{kind.communication_series}"
    series = Series.objects.filter(family=family, year=on.year).first()
    return communication(kind, series or Series(family=family, year=on.year))


def check_order(company: Company, kind: kinds.Kind, *, on: date) -> None:
    """Refuse a date before that of the last number given: numbers and dates go up together."""
    year = series_year(format_of(company, kind), on)
    refuse_earlier(Series.objects.filter(family=kind.family, year=year).first(), on=on)


def refuse_earlier(series: Series | None, *, on: date) -> None:
    if series and series.last_date and on < series.last_date:
        raise Refused(
            _("The last document of this series is dated %s; an earlier date would break the order of numbers.")
            % series.last_date.strftime("%d/%m/%Y"),
            code="date_before_last",
            pointer="/issue_date",
        )


@transaction.atomic
def set_format(company: Company, kind: kinds.Kind, *, text: str, by: User) -> NumberFormat:
    """Number new documents of a family by another format; numbers already given stay."""
    numbers.check(text)
    chosen, _created = NumberFormat.objects.update_or_create(
        company=company, family=kind.family, defaults={"format": text}
    )
    events.record("documents.number_format.changed", chosen, by=by, data={"family": kind.family, "format": text})
    return chosen


@transaction.atomic
def set_first_number(company: Company, kind: kinds.Kind, *, number: int, on: date, by: User) -> Series:
    """Start the series of a date at `number`; possible once, before its first document."""
    if not 1 <= number <= 999_999_999:
        raise Refused(_("The first number is between 1 and 999,999,999."), code="invalid", pointer="/number")
    series, _of_communication, _format = lock(company, kind, on=on)
    if series.next_number != 1 or series.documents.exists():
        raise Conflict(_("This series has begun; its next number cannot be changed any more."), code="series_begun")
    series.next_number = number
    series.save(update_fields=["next_number"])
    events.record("documents.series.started", series, by=by, data={"family": kind.family, "number": number})
    return series
