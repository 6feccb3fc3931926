"""The company's own texts for below the lines: ranked per kind and language, the first begins a new draft."""

from django.db import transaction
from django.utils.translation import gettext as _

from activity import events
from core.errors import Conflict, Refused
from core.prepared import Prepared, given_text
from documents import kinds, tags
from documents.models import DefaultText, Document
from users.models import Company, Language, User

MOST_TEXTS = 20  # of one kind and language: a choice that a person can overlook
LONGEST_TEXT = 10_000


_texts = Prepared(
    lambda: DefaultText.objects.filter(kind=given_text("kind"), language=given_text("language")).values_list(
        "body", flat=True
    )[:1]
)


def first(kind: str, language: str) -> str:
    """What a new draft of this kind and language says below its lines."""
    return _texts.first(kind=kind, language=language) or ""


def plain(text: str) -> str:
    """A text as it is compared and kept: a browser's line breaks count as ours."""
    return text.replace("\r\n", "\n").strip()


def follow(document: Document, *, old_language: str) -> None:
    """Take the text of the document's new language, where it still has the untouched one of the old."""
    if plain(document.terms) == first(document.kind, old_language):
        document.terms = first(document.kind, document.language)


def is_untouched(document: Document) -> bool:
    """Whether an issued document closes with what the company's first text makes of it."""
    return document.terms == tags.print_on(first(document.kind, document.language), document)


@transaction.atomic
def add(company: Company, kind: kinds.Kind, *, language: str, name: str, body: str, by: User) -> DefaultText:
    """One more text, after the others; a tag that paper does not know is refused."""
    name, body = _checked(name, body)
    ranks = DefaultText.objects.filter(kind=kind.key, language=language).values_list("rank", flat=True)
    taken = list(ranks.select_for_update())
    if len(taken) >= MOST_TEXTS:
        raise Conflict(_("There are %d texts already. Remove one first.") % MOST_TEXTS, code="too_many")
    rank = max(taken, default=0) + 1
    text = DefaultText.objects.create(
        company=company, kind=kind.key, language=Language(language), rank=rank, name=name, body=body
    )
    events.record("documents.default_text.added", text, by=by, data=_about(text))
    return text


@transaction.atomic
def change(text: DefaultText, *, name: str, body: str, by: User) -> DefaultText:
    """Reword it for the drafts to come; those that are there keep what they say."""
    name, body = _checked(name, body)
    locked = _locked(text)
    locked.name, locked.body = name, body
    locked.save(update_fields=["name", "body"])
    events.record("documents.default_text.changed", locked, by=by, data=_about(locked))
    return locked


@transaction.atomic
def move_up(text: DefaultText, *, by: User) -> None:
    """One place nearer to the first; the first stays where it is."""
    same = DefaultText.objects.filter(kind=text.kind, language=text.language)
    rows = list(same.select_for_update())
    at = next((index for index, row in enumerate(rows) if row.pk == text.pk), 0)
    if not at:
        return
    rows[at - 1], rows[at] = rows[at], rows[at - 1]
    for rank, row in enumerate(rows, start=1):
        row.rank = rank
    DefaultText.objects.bulk_update(rows, ["rank"])
    events.record("documents.default_text.moved", rows[at - 1], by=by, data=_about(text))


@transaction.atomic
def remove(text: DefaultText, *, by: User) -> None:
    """Offer it no more; documents keep what they say."""
    locked = _locked(text)
    events.record("documents.default_text.removed", locked, by=by, data=_about(locked))
    locked.delete()


def _locked(text: DefaultText) -> DefaultText:
    row: DefaultText = DefaultText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    return row


def _about(text: DefaultText) -> dict[str, str]:
    return {"kind": text.kind, "language": text.language, "name": text.name}


def _checked(name: str, body: str) -> tuple[str, str]:
    name, body = " ".join(name.split()), plain(body)
    if not name or len(name) > 60:
        raise Refused(_("Give this text a name of at most 60 characters."), code="invalid", pointer="/name")
    if not body or len(body) > LONGEST_TEXT or "\x00" in body:
        raise Refused(_("Write a text of at most %d characters.") % LONGEST_TEXT, code="invalid", pointer="/body")
    tags.check(body, pointer="/body", known=tags.of_paper())
    return name, body
