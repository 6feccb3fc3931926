"""The forms of a mail, of a proposed text and of the sender."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document, File, FileRole
from sending import addresses
from sending.models import Sender
from sending.services import Proposal


class Addresses(forms.CharField):
    """Several addresses in one field, with commas, semicolons or spaces between them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}))
        super().__init__(max_length=5000, **options)

    def clean(self, value: Any) -> list[str]:
        return addresses.split(super().clean(value) or "")


class AnnexChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.filename)


class MailForm(forms.Form):
    """What a person may change of a proposed mail. `click_id` comes with the page: two clicks are one mail."""

    click_id = forms.CharField(max_length=64, widget=forms.HiddenInput)
    to = Addresses(label=_("To"), help_text=_("Several addresses: separate them with commas."))
    cc = Addresses(label=_("Copy to"), required=False)
    bcc = Addresses(label=_("Hidden copy to"), required=False)
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
            "cc": ", ".join(proposal.cc),
            "bcc": ", ".join(proposal.bcc),
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


class SenderForm(forms.Form):
    """Name, address for answers and copies of every mail."""

    name = forms.CharField(label=_("Name of the sender"), required=False, max_length=100)
    reply_to = forms.EmailField(label=_("Answers go to"), required=False, max_length=254)
    cc = Addresses(
        label=_("Copy of every mail to"), required=False, help_text=_("Proposed on each mail; your customer sees them.")
    )
    bcc = Addresses(
        label=_("Hidden copy of every mail to"), required=False, help_text=_("For your own archive; nobody sees them.")
    )

    def __init__(self, data: Any, *, sender: Sender) -> None:
        initial = {
            "name": sender.name,
            "reply_to": sender.reply_to,
            "cc": ", ".join(sender.cc),
            "bcc": ", ".join(sender.bcc),
        }
        super().__init__(data, initial=initial)
        company = sender.company
        self.fields["name"].help_text = _("Empty: %s.") % company.name
        if company.email:
            self.fields["reply_to"].help_text = _("Empty: %s.") % company.email
