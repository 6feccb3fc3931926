"""What other apps add to a document's page: actions and panels. Documents add annexes and a timeline to a customer's.

Each app registers its own in its `pages.py`, which is imported at start. Everything is asked in the company's scope.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity.models import Event
from activity.timeline import main_actions, register_sentence, tell
from core import tabs
from core.first_steps import Step, declare
from customers.models import Party
from documents.models import Document, File, FileRole
from documents.services import issuing


@dataclass(frozen=True)
class Action:
    """An entry of the Actions menu; `post` acts at once, after the question `confirm` where one is given.

    `copies` is an address that the browser copies; without JavaScript it is opened.
    """

    label: Any
    url: str
    icon: str = ""
    post: bool = False
    confirm: Any = ""
    copies: bool = False


@dataclass(frozen=True)
class Panel:
    """A card in the page's side column: its title, template and context (which also gets `document`)."""

    title: Any
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    icon: str = ""


ANNEXES = MOMENTS = 50  # on a page of a customer's tab

type Maker[T] = Callable[[Document], T | None]

_actions: list[Maker[Action]] = []
_panels: list[Maker[Panel]] = []


def register_action(make: Maker[Action]) -> Maker[Action]:
    """Offer an action on documents; `make(document)` answers None where it does not apply."""
    _actions.append(make)
    return make


def register_panel(make: Maker[Panel]) -> Maker[Panel]:
    """Show a panel beside documents; `make(document)` answers None where there is nothing to show."""
    _panels.append(make)
    return make


def actions(document: Document) -> list[Action]:
    return [action for make in _actions if (action := make(document)) is not None]


def panels(document: Document) -> list[Panel]:
    return [panel for make in _panels if (panel := make(document)) is not None]


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


def _named(document: Document) -> str:
    """The document in a line about something else: `Invoice 2026-0145`."""
    return f"{document.declaration.label} {document.number}" if document.number else str(_("Draft"))


def _annexes_of(party: Party) -> "QuerySet[File]":
    rows: QuerySet[File] = File.objects.filter(document__party=party, role=FileRole.ATTACHMENT)
    return rows


def _annexes_tab(request: HttpRequest, party: Party) -> dict[str, Any]:
    rows = _annexes_of(party).select_related("document").order_by("-created_at", "-id")
    page = Paginator(rows, ANNEXES).get_page(request.GET.get("page"))
    files = [
        {
            "name": file.filename,
            "size": file.size,
            "url": reverse("documents:file", args=[file.pk]),
            "kind": file.filename.rpartition(".")[2][:4],
            "note": _named(file.document),
            "note_url": file.document.get_absolute_url(),
        }
        for file in page
    ]
    return {"files": files, "page": page}


def _timeline_tab(request: HttpRequest, party: Party) -> dict[str, Any]:
    """What happened to a customer and to its documents, latest first."""
    things = Party.objects.filter(pk=party.pk).values("pk").union(Document.objects.filter(party=party).values("pk"))
    happened = Event.objects.filter(object_id__in=things, action__in=main_actions()).order_by("-at", "-id")
    page = Paginator(happened, MOMENTS).get_page(request.GET.get("page"))
    documents = Document.objects.in_bulk({event.object_id for event in page})
    entries = tell(page)
    for entry in entries:
        if document := documents.get(entry["object_id"]):
            entry["detail"] = _named(document)
            entry["url"] = entry["url"] or document.get_absolute_url()
    return {"entries": entries, "page": page}


tabs.declare(
    tabs.Tab(
        "customers:detail",
        "annexes",
        50,
        gettext_lazy("Annexes"),
        "documents/customer_annexes.html",
        _annexes_tab,
        lambda party: _annexes_of(party).count(),
    )
)
tabs.declare(
    tabs.Tab(
        "customers:detail", "timeline", 60, gettext_lazy("Timeline"), "documents/customer_timeline.html", _timeline_tab
    )
)
