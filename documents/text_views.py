"""Pages of the default texts: all of them by kind and language, and one being written."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import owner_required
from core.errors import Refused
from core.forms import show_refusal
from documents import kinds, tags
from documents.forms import DefaultTextForm
from documents.models import DefaultText
from documents.services import wording
from users.models import Language


@owner_required
@require_GET
def index(request: Any) -> HttpResponse:
    """Every text under its kind and language."""
    texts = list(DefaultText.objects.all())
    groups = [
        {
            "kind": kind,
            "language": language,
            "texts": [text for text in texts if (text.kind, text.language) == (kind.key, language.value)],
        }
        for kind in kinds.every()
        for language in Language
    ]
    return render(request, "documents/text_list.html", {"groups": groups})


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Any, kind: str, language: str) -> HttpResponse:
    """One more text of a kind and language."""
    declaration = next((declared for declared in kinds.every() if declared.key == kind), None)
    if declaration is None or language not in Language.values:
        raise Http404
    form = DefaultTextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            wording.add(request.company, declaration, language=language, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Text saved."))
            return redirect("documents:texts")
    return _page(request, form, kind=declaration, language=language)


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Any, pk: UUID) -> HttpResponse:
    """Reword a text."""
    text = get_object_or_404(DefaultText, pk=pk)
    form = DefaultTextForm(request.POST or None, initial={"name": text.name, "body": text.body})
    if request.method == "POST" and form.is_valid():
        try:
            wording.change(text, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Text saved."))
            return redirect("documents:texts")
    return _page(request, form, kind=kinds.get(text.kind), language=text.language, text=text)


@owner_required
@require_POST
def move_up(request: Any, pk: UUID) -> HttpResponse:
    """Bring a text one place nearer to the first."""
    wording.move_up(get_object_or_404(DefaultText, pk=pk), by=request.user)
    return redirect("documents:texts")


@owner_required
@require_POST
def remove(request: Any, pk: UUID) -> HttpResponse:
    """Offer a text no more."""
    text = get_object_or_404(DefaultText, pk=pk)
    wording.remove(text, by=request.user)
    messages.success(request, _("%s is removed.") % text.name)
    return redirect("documents:texts")


def _page(
    request: Any, form: DefaultTextForm, *, kind: kinds.Kind, language: str, text: DefaultText | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "kind": kind,
        "language": Language(language),
        "text": text,
        "tags": [(f"%{name}%", tag.label) for name, tag in tags.of_paper().items()],
    }
    return render(request, "documents/text_edit.html", context, status=422 if form.errors else 200)
