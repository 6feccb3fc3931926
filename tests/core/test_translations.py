"""French and Dutch are complete, keep their placeholders, and reach the pages."""

import re
import runpy
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_LABEL
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed

from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document
from documents.services import drafting
from documents.services.drafting import LineInput
from products.models import Product
from users.models import Company, User

ROOT = Path(settings.BASE_DIR)
CATALOGUES = sorted([*ROOT.glob("*/locale/*/LC_MESSAGES/django.po"), *ROOT.glob("locale/*/LC_MESSAGES/django.po")])
PLACEHOLDER = re.compile(r"%%|%(?:\(\w+\))?[sd]|\{\w*\}")
ENGLISH = (
    "Save", "Cancel", "Edit", "Add", "New", "Search", "Remove", "Settings", "Customer", "Customers", "Invoice",
    "Invoices", "Draft", "Issue", "Issued", "State", "Due", "Total including VAT", "Number", "Quantity", "Price",
    "Language", "Users", "Nothing", "the", "your", "and", "with", "you",
)  # fmt: skip


def read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=path.parts[-3], abort_invalid=True)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.fixture(scope="module")
def _compiled() -> None:
    """The catalogues as the pages read them, made now."""
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / "scripts" / "compile_translations.py"), run_name="__main__")
    assert end.value.code == 0
    translation_file_changed(sender=None, file_path=CATALOGUES[0].with_suffix(".mo"))


def test_every_application_speaks_both_languages() -> None:
    homes = {path.parents[2] for path in CATALOGUES}

    assert len(homes) > 10
    assert len(CATALOGUES) == 2 * len(homes)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parents[3].name}-{path.parts[-3]}")
def test_a_catalogue_is_complete_and_keeps_its_placeholders(path: Path) -> None:
    messages = [message for message in read(path) if message.id]

    assert messages
    for message in messages:
        originals, texts = forms(message.id), forms(message.string)
        assert all(texts), message.id
        assert not message.fuzzy, message.id
        for text in texts:
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(originals[-1])), message.id


def test_the_catalogues_hold_exactly_what_the_code_says() -> None:
    collector = runpy.run_path(str(ROOT / "scripts" / "collect_translations.py"))
    for home, pattern in [
        (ROOT / "templates", "**/*.html"),
        *((ROOT / app, "**/*.py") for app in ("core", "invoices")),
    ]:
        said = {(context, text) for text, context in collector["texts"](home, pattern)}
        folder = ROOT if home.name == "templates" else home
        kept = {(m.context, m.id) for m in read(folder / "locale" / "fr" / "LC_MESSAGES" / "django.po") if m.id}
        assert kept == said


@pytest.mark.usefixtures("_compiled")
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parents[3].name}-{path.parts[-3]}")
def test_no_other_catalogue_overrules_a_text(path: Path) -> None:
    with translation.override(path.parts[-3]):
        for message in read(path):
            if message.id and isinstance(message.id, str):
                said = (
                    translation.pgettext(message.context, message.id)
                    if message.context
                    else translation.gettext(message.id)
                )
                assert said == message.string


@pytest.mark.usefixtures("_compiled")
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_pages_hold_no_english(
    language: str,
    alice: User,
    as_alice: Client,
    company: Company,
    dupont: Party,
    products: dict[str, Product],
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    with company_scope(company.pk):
        draft: Document = drafting.create(
            "invoice", company=company, party=dupont, by=alice, lines=[LineInput(product=products["P0001"])]
        )
    names = ("invoices:list", "customers:list", "products:list", "users:list", "users:company", "sending:outbox")
    addresses = [reverse(name) for name in (*names, "invoices:create", "integrations:list", "activity:jobs")]

    for address in [*addresses, draft.get_absolute_url()]:
        response = as_alice.get(address)
        assert response.status_code == 200, address
        html = re.sub(r"(?s)<(script|style|svg|head).*?</\1>", " ", response.content.decode())
        words = unescape(re.sub(r"<[^>]+>", "\n", html))
        lines = {line.strip() for line in words.splitlines()}
        found = [
            word
            for word in ENGLISH
            if word in lines or (word.islower() and any(f" {word} " in f" {line} " for line in lines))
        ]
        assert found == [], address


@pytest.mark.usefixtures("_compiled")
@pytest.mark.parametrize(
    ("language", "heading"),
    [("fr", "Émettre la facture"), ("nl", "Factuur uitreiken")],
)
def test_the_green_button_says_what_it_does(
    language: str, heading: str, alice: User, as_alice: Client, company: Company, dupont: Party
) -> None:
    User.objects.filter(pk=alice.pk).update(language=language)
    with company_scope(company.pk):
        draft = drafting.create("invoice", company=company, party=dupont, by=alice)

    assert heading in as_alice.get(draft.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("language", "choose", "short"),
    [
        ("fr", "- Choisissez -", "Ce mot de passe est trop court. Il doit contenir au minimum 10 caractères."),
        ("nl", "- Kies -", "Dit wachtwoord is te kort. Het moet minstens 10 tekens bevatten."),
        ("en", "- Select an option -", "This password is too short. It must contain at least 10 characters."),
    ],
)
def test_what_django_says_is_said_in_the_language_of_the_page(language: str, choose: str, short: str) -> None:
    with translation.override(language):
        assert str(BLANK_CHOICE_LABEL) == choose
        with pytest.raises(ValidationError) as refused:
            validate_password("7-w0rds")
    assert refused.value.messages == [short]
