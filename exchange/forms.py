"""Forms of an import: the file, how it is read, and which of its columns is which."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.sheets import Sheet
from core.sheets.columns import COMMA, POINT
from exchange.models import Import
from exchange.reading import MOST_COLUMNS, MOST_ROWS, Reading
from exchange.reading.texts import ENCODINGS, SEPARATORS


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), at most 20 MB and 50,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,text/csv"}),
    )


class ReadingForm(forms.Form):
    """What was guessed of a file; a workbook has sheets, a text an encoding and a separator."""

    tab = forms.ChoiceField(label=_("Sheet of the workbook"))
    separator = forms.ChoiceField(label=_("Between the columns"), choices=list(SEPARATORS.items()))
    encoding = forms.ChoiceField(
        label=_("Characters"),
        choices=list(ENCODINGS.items()),
        help_text=_("Change it when accented letters look wrong below."),
    )
    decimal = forms.ChoiceField(
        label=_("Decimal sign"), choices=[(COMMA, _("Comma: 1.234,56")), (POINT, _("Point: 1,234.56"))]
    )
    header = forms.IntegerField(
        label=_("Line of the headers"),
        min_value=0,
        max_value=MOST_ROWS,
        help_text=_("0 when the file has none."),
    )

    def __init__(self, data: Any = None, *, how: Reading, tabs: list[str]) -> None:
        super().__init__(data, initial=how.kept())
        if how.is_workbook:
            del self.fields["separator"], self.fields["encoding"]
            self.fields["tab"].choices = [(tab, tab) for tab in tabs]  # type: ignore[attr-defined]
        else:
            del self.fields["tab"]

    def reading(self) -> Reading:
        return Reading(**self.cleaned_data)


class ColumnsForm(forms.Form):
    """One choice for each column of the file."""

    creates = forms.BooleanField(
        label=_("Add what is not known yet"),
        required=False,
        help_text=_("Off, the file only changes what exists: the way to take new prices from a long list."),
    )
    clears = forms.BooleanField(
        label=_("Empty cells empty the value"),
        required=False,
        help_text=_("Off, an empty cell leaves the value as it is."),
    )

    def __init__(self, data: Any = None, *, source: Import, sheet: Sheet, headers: list[str]) -> None:
        super().__init__(data, initial={"creates": source.creates, "clears": source.clears})
        chosen = {place: key for key, place in source.columns.items()}
        choices = [("", _("Not used")), *((column.key, column.label) for column in sheet.columns)]
        self.places = range(min(len(headers), MOST_COLUMNS))
        for place in self.places:
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=headers[place], choices=choices, required=False, initial=chosen.get(place, "")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        seen: set[str] = set()
        for place in self.places:
            key = cleaned.get(f"column-{place}", "")
            if key in seen:
                self.add_error(f"column-{place}", gettext("Another column already fills this one."))
            elif key:
                seen.add(key)
        return cleaned

    def columns(self) -> dict[str, int]:
        """Key of each chosen column to its place."""
        named = {place: self.cleaned_data.get(f"column-{place}", "") for place in self.places}
        return {key: place for place, key in named.items() if key}
