"""Forms of the engine's own pages: annexes, the numbering of a family, and the default texts."""

from pathlib import PurePosixPath
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
        return [super(SeveralFiles, self).clean(item, initial) for item in given or [None]]


class AnnexForm(forms.Form):
    uploads = SeveralFiles(
        label=_("Add annexes"),
        allow_empty_file=True,  # refused by name, like any other that cannot be annexed
        help_text=_("PDF, PNG or JPEG, at most 20 MB each."),
        widget=SeveralFilesInput(attrs={"accept": "application/pdf,image/png,image/jpeg"}),
    )


class RenameForm(forms.Form):
    """Another name for an annex."""

    filename = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def named_like(self, before: str) -> str:
        """The typed name with the ending that it had: without it nobody's computer knows what to open it with."""
        name: str = self.cleaned_data["filename"]
        ending = PurePosixPath(before).suffix
        return name if name.lower().endswith(ending.lower()) else name + ending


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
