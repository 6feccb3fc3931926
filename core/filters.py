"""What a list is narrowed by, so that it can be said in words and taken away one by one."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict


@dataclass(frozen=True)
class InUse:
    """One filter: its label, the value as people read it, and the address without it."""

    label: Any
    value: Any
    url: str


def in_use(form: forms.Form) -> list[InUse]:
    """The filters of a bound form that hold something usable; only `form.fields` stand in the addresses."""
    form.is_valid()
    address = given(form)
    found = []
    for name, value in form.cleaned_data.items():
        if not value and value != 0:
            continue
        kept = address.copy()
        kept.pop(name, None)
        found.append(InUse(form.fields[name].label, _words(form[name]), f"?{kept.urlencode()}" if kept else "?"))
    return found


def given(form: forms.Form) -> QueryDict:
    """The filters in use of a checked form, as an address carries them."""
    found = QueryDict(mutable=True)
    for name in form.fields:
        if form.cleaned_data.get(name) not in (None, ""):
            found[name] = form.data.get(name, "")
    return found


def _words(bound: forms.BoundField) -> Any:
    """What was chosen by its label, what was typed as it is."""
    value = bound.value()
    if not isinstance(bound.field, forms.ChoiceField):
        return value
    for _group, options, _index in bound.field.widget.optgroups(bound.html_name, [str(value)]):
        for option in options:
            if option["selected"]:
                return option["label"]
    return value
