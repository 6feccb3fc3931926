"""What other apps add to a document's page: actions, panels, and the sentences of the timeline.

Each app registers its own in its `pages.py`, which is imported at start. Everything is asked in the company's scope.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import Event
from core.first_steps import Step, declare
from documents.models import Document, File
from documents.services import issuing


@dataclass(frozen=True)
class Action:
    """An entry of the Actions menu; `post` acts at once, after the question `confirm` where one is given."""

    label: Any
    url: str
    icon: str = ""
    post: bool = False
    confirm: Any = ""


@dataclass(frozen=True)
class Panel:
    """A card in the page's side column: its title, template and context (which also gets `document`)."""

    title: Any
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    icon: str = ""


@dataclass(frozen=True)
class Sentence:
    """How the timeline tells an action; tones ok, info, warn, danger. `each` is told every time; `url` leads to what
    came of it, and answers nothing once that is gone.
    """

    text: Callable[[Mapping[str, Any]], str]
    icon: str
    tone: str
    each: bool
    url: Callable[[Mapping[str, Any]], str] | None


type Maker[T] = Callable[[Document], T | None]

_actions: list[Maker[Action]] = []
_panels: list[Maker[Panel]] = []
_sentences: dict[str, Sentence] = {}


def register_action(make: Maker[Action]) -> Maker[Action]:
    """Offer an action on documents; `make(document)` answers None where it does not apply."""
    _actions.append(make)
    return make


def register_panel(make: Maker[Panel]) -> Maker[Panel]:
    """Show a panel beside documents; `make(document)` answers None where there is nothing to show."""
    _panels.append(make)
    return make


def register_sentence(
    action: str,
    text: Callable[[Mapping[str, Any]], str],
    *,
    icon: str = "circle-dot",
    tone: str = "",
    each: bool = False,
    url: Callable[[Mapping[str, Any]], str] | None = None,
) -> None:
    """Tell an event on the timeline; `text(event.data)` answers in the active language."""
    _sentences[action] = Sentence(text, icon, tone, each, url)


def actions(document: Document) -> list[Action]:
    return [action for make in _actions if (action := make(document)) is not None]


def panels(document: Document) -> list[Panel]:
    return [panel for make in _panels if (panel := make(document)) is not None]


def timeline(document: Document) -> list[dict[str, Any]]:
    """What happened to a document, latest first; the same thing done again by the same person is told once."""
    entries: list[dict[str, Any]] = []
    last: tuple[str, str, Any, Any] | None = None
    for event in Event.objects.about(document).reverse():
        sentence = _sentences.get(event.action)
        if sentence is None:
            continue
        text = sentence.text(event.data)
        if (told := (event.action, text, event.actor_id, event.token_id)) == last and not sentence.each:
            continue
        last = told
        entries.append(
            {
                "text": text,
                "url": sentence.url(event.data) if sentence.url else "",
                "actor": event.actor_name,
                "token": event.token_name,
                "at": event.at,
                "icon": sentence.icon,
                "tone": sentence.tone,
            }
        )
    return entries


def _annex_url(data: Mapping[str, Any]) -> str:
    """Where the annex of an event is read, as long as it is kept."""
    is_kept = "file" in data and File.objects.filter(pk=data["file"]).exists()
    return reverse("documents:file", args=[data["file"]]) if is_kept else ""


register_sentence("documents.file.printed", lambda data: _("PDF made and kept"), icon="printer")
register_sentence("documents.warning.dismissed", lambda data: _("A point to check was found right"), icon="check")
register_sentence(
    "documents.file.added", lambda data: _("Annex added: %s") % data["filename"], icon="paperclip", url=_annex_url
)
register_sentence("documents.file.removed", lambda data: _("Annex removed: %s") % data["filename"], icon="trash-2")
register_sentence(
    "documents.file.renamed",
    lambda data: _("Annex %(before)s renamed: %(filename)s") % data,
    icon="paperclip",
    url=_annex_url,
)
register_sentence(
    "documents.file.ticked", lambda data: _("Annex goes along by e-mail: %s") % data["filename"], icon="mail-check"
)
register_sentence("documents.file.unticked", lambda data: _("Annex stays here: %s") % data["filename"], icon="mail-x")

declare(
    Step(
        order=10,
        label=gettext_lazy("Complete your company's details"),
        hint=gettext_lazy("Address, VAT number and IBAN stand on every invoice."),
        icon="building-2",
        url_name="users:company",
        is_done=lambda company: not issuing.missing_of_seller(company),
        owner_only=True,
    )
)
