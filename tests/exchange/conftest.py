"""An import from its file to its preview, without pages."""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook

from core import sheets
from exchange.models import Import, ImportRow
from exchange.services import preparing, running, undoing
from users.models import Company, User

type Prepare = Callable[..., Import]


@pytest.fixture(autouse=True)
def _french() -> Iterator[None]:
    """What people read and write here is French, as by default in the product."""
    with translation.override("fr"):
        yield


@pytest.fixture
def prepare(scope: Company, alice: User, django_capture_on_commit_callbacks: Any) -> Prepare:
    """A file brought as far as its preview."""

    def do(
        content: bytes | str, *, sheet: str = "products", name: str = "liste.csv", columns: Any = None, **options: Any
    ) -> Import:
        raw = content.encode() if isinstance(content, str) else content
        source = preparing.start(sheets.get(sheet), company=scope, filename=name, content=raw, by=alice)
        chosen = {"clears": False, "creates": True, **options}
        with django_capture_on_commit_callbacks(execute=True):
            preparing.choose_columns(source, columns or source.columns, **chosen, by=alice)
        source.refresh_from_db()
        return source

    return do


@pytest.fixture
def run(alice: User, django_capture_on_commit_callbacks: Any) -> Callable[[Import], Import]:
    def do(source: Import) -> Import:
        with django_capture_on_commit_callbacks(execute=True):
            running.start(source, by=alice)
        source.refresh_from_db()
        return source

    return do


@pytest.fixture
def undo(alice: User, django_capture_on_commit_callbacks: Any) -> Callable[[Import], Import]:
    def do(source: Import) -> Import:
        with django_capture_on_commit_callbacks(execute=True):
            undoing.start(source, by=alice)
        source.refresh_from_db()
        return source

    return do


def workbook(*rows: Sequence[Any], title: str = "Prix") -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def outcomes(source: Import) -> list[tuple[int, str]]:
    return list(ImportRow.objects.filter(source=source).order_by("line").values_list("line", "outcome"))


def errors(source: Import) -> dict[int, dict[str, str]]:
    rows = ImportRow.objects.filter(source=source, outcome="failed").order_by("line")
    return dict(rows.values_list("line", "errors"))
