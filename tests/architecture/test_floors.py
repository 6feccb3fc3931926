"""The house keeps its floors: what import-linter cannot see is held here."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = [
    ["core"],
    ["activity"],
    ["users"],
    ["integrations"],
    ["customers", "products", "branding"],
    ["documents"],
    ["sending", "payments"],
    ["invoices"],
    ["work_orders"],
    ["exchange", "webhooks"],
    ["efactori"],
]
FLOOR = {app: height for height, floor in enumerate(FLOORS) for app in floor}
SOURCES = [
    path
    for app in FLOOR
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts and "tests" not in path.parts
]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_sources_are_found() -> None:
    assert len(SOURCES) > 100


@pytest.mark.parametrize("model", [m for m in apps.get_models() if m._meta.app_label in FLOOR], ids=str)
def test_every_foreign_key_points_down_or_stays(model: type) -> None:
    here = FLOOR[model._meta.app_label]  # type: ignore[attr-defined]
    for field in model._meta.local_fields:  # type: ignore[attr-defined]
        if field.is_relation and field.related_model._meta.app_label in FLOOR:
            target = field.related_model._meta.app_label
            same_app = target == model._meta.app_label  # type: ignore[attr-defined]
            assert same_app or FLOOR[target] < here, f"{model.__name__}.{field.name} points up or sideways"


def test_contracts_know_no_database() -> None:
    for path in (ROOT / "integrations" / "contracts").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(n.startswith(("django.db", "django.apps")) or ".models" in n for n in names), name(path)


def test_nobody_asks_for_a_kind_by_name() -> None:
    pattern = re.compile(r"\bif\b[^\n]*\bkind\s*(==|!=|in)\s*[\"'(\[{]")
    guilty = [
        name(path)
        for path in SOURCES
        if path.name != "kinds.py" and "customers" not in path.parts and pattern.search(path.read_text())
    ]
    assert guilty == []


def test_no_file_outgrows_its_room() -> None:
    large = {name(path): lines for path in SOURCES if (lines := len(path.read_text().splitlines())) > 500}
    assert large == {}


def test_no_room_is_called_an_attic() -> None:
    attics = {"utils.py", "helpers.py", "common.py", "managers.py", "utils", "helpers", "common"}
    assert [name(path) for path in SOURCES if attics & set(path.relative_to(ROOT).parts)] == []


def test_every_company_is_opened_in_few_rooms_only() -> None:
    people = {"authentication.py", "inviting.py", "places.py"}  # come in before their company is known
    operator = {"admin.py", "migrate.py", "machine.py"}
    allowed = {"tenancy.py", "tasks.py", "jobs.py", "idempotency.py", "sweeping.py", *people, *operator}
    guilty = [
        name(path)
        for path in SOURCES
        if re.search(r"\b(every_company|scopes_disabled)\b", path.read_text()) and path.name not in allowed
    ]
    assert guilty == []


def test_no_domain_effect_hides_in_a_signal() -> None:
    pattern = re.compile(r"\b(post_save|pre_save|post_delete|pre_delete|m2m_changed)\b")
    assert [name(path) for path in SOURCES if pattern.search(path.read_text())] == []


def test_nothing_is_left_for_later() -> None:
    pattern = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
    assert [name(path) for path in SOURCES if pattern.search(path.read_text())] == []


def test_every_app_says_what_it_owns() -> None:
    for app in FLOOR:
        assert ast.get_docstring(ast.parse((ROOT / app / "__init__.py").read_text())), app


def test_no_provider_is_named_in_a_field() -> None:
    providers = {path.name for path in (ROOT / "integrations" / "providers").iterdir() if path.is_dir()} - {
        "__pycache__"
    }
    for model in apps.get_models():
        for field in model._meta.local_fields:
            assert not {value for value, _ in field.flatchoices} & providers, f"{model.__name__}.{field.name}"
