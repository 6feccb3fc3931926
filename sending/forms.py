"""The form of a mail, and the form of a proposed text."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document, File, FileRole
from sending.services import Proposal

_BETWEEN = re.compile(r"[,;\s]+")


class Addresses(forms.CharField):
    """Several addresses in one field, with commas, semicolons or spaces between them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}))
        super().__init__(max_length=5000, **options)

    def clean(self, value: Any) -> list[str]:
        return [address for address in _BETWEEN.split(super().clean(value) or "") if address]


class AnnexChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.filename)


class MailForm(forms.Form):
    """What a person may change of a proposed mail. `click_id` comes with the page: two clicks are one mail."""

    click_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    to = Addresses(label=_("To"), help_text=_("Several addresses: separate them with commas."))
    cc = Addresses(label=_("Copy to"), required=False)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12}))
    file_ids = AnnexChoice(
        label=_("Annexes"), queryset=File.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, document: Document, **options: Any) -> None:
        super().__init__(*args, **options)
        annexes = document.files.filter(role=FileRole.ATTACHMENT)
        choice = self.fields["file_ids"]
        choice.queryset = annexes  # type: ignore[attr-defined]
        if not annexes.exists():
            del self.fields["file_ids"]

    @staticmethod
    def initial_of(proposal: Proposal, click_id: str) -> dict[str, Any]:
        """What the form starts from."""
        return {
            "click_id": click_id,
            "to": ", ".join(proposal.to),
            "subject": proposal.subject,
            "body": proposal.body,
            "file_ids": list(proposal.files),
        }

    def chosen_files(self) -> list[UUID]:
        return [file.pk for file in self.cleaned_data.get("file_ids", ())]


class TextForm(forms.Form):
    """The proposed subject and text of a kind of document in one language."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    body = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 14}))
