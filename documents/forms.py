"""Forms of the engine's own pages: annexes, the numbering of a family, and the default texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.services.wording import LONGEST_TEXT


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """One or more uploaded files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(SeveralFiles, self).clean(item, initial) for item in given]


class AnnexForm(forms.Form):
    uploads = SeveralFiles(
        label=_("Add annexes"),
        help_text=_("PDF, PNG or JPEG, at most 20 MB each."),
        widget=SeveralFilesInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )


class NumberingForm(forms.Form):
    """The format of a family, and its first number while the series has not begun."""

    format = forms.CharField(label=_("Format"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    first_number = forms.IntegerField(
        label=_("First number"),
        required=False,
        min_value=1,
        max_value=999_999_999,
        help_text=_("Can be set once, before the first document: after 115 elsewhere, start here at 116."),
    )


class DefaultTextForm(forms.Form):
    """A text for below the lines, and what it is called where it is offered."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("What the button in a draft says; it is not printed.")
    )
    body = forms.CharField(label=_("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8}))
