"""The second wall, where the database has one: PostgreSQL, under a role that no exception is made for."""

from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from core import row_security
from core.tenancy import company_scope, every_company
from customers.models import Contact, Party
from documents.models import Document
from products.models import Product, ProductGroup
from users.models import Company, Membership, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _walls(is_postgres: bool) -> None:
    if not is_postgres:
        pytest.skip("SQLite has no row-level security")


@pytest.fixture
def theirs(other_company: Company) -> Party:
    with company_scope(other_company.pk):
        party: Party = Party.objects.create(company=other_company, number="C1", name="Secret", name_key="secret")
    return party


def raw(sql: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def count(table: str) -> int:
    (row,) = raw(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name of ours
    return int(row[0])


def test_every_table_with_a_company_has_its_wall() -> None:
    found = row_security.tables(connection)
    assert len(found) > 40
    assert [table.name for table in found if not table.is_walled] == []
    assert [table.name for table in found if len(table.policies) != 4] == []
    assert row_security.raise_walls(connection) == []


def test_the_suite_runs_as_a_role_without_exceptions() -> None:
    assert raw("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False,)]


def test_a_table_that_lost_its_wall_gets_it_again() -> None:
    before = row_security.tables(connection)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE documents_line DISABLE ROW LEVEL SECURITY")
        cursor.execute(f'DROP POLICY "{min(before[0].policies)}" ON "{before[0].name}"')
        cursor.execute("CREATE TABLE later (id uuid PRIMARY KEY, company_id uuid NOT NULL)")
    assert set(row_security.raise_walls(connection)) == {"documents_line", before[0].name, "later"}
    assert [table for table in row_security.tables(connection) if table.name != "later"] == before


def test_raw_sql_sees_one_company_or_nothing(theirs: Party, dupont: Party, company: Company) -> None:
    assert raw("SELECT name FROM customers_party") == [(dupont.name,)]
    with company_scope(theirs.company_id):
        assert raw("SELECT name FROM customers_party") == [("Secret",)]
    with every_company():
        assert count("customers_party") == 2


def test_without_a_scope_a_table_looks_empty(theirs: Party) -> None:
    assert count("customers_party") == 0
    assert raw("UPDATE customers_party SET name = 'x' RETURNING 1") == []
    assert raw("DELETE FROM customers_party RETURNING 1") == []
    with every_company():
        assert Party.objects.get().name == "Secret"


def test_nothing_is_left_on_the_connection(theirs: Party) -> None:
    with company_scope(theirs.company_id), transaction.atomic():
        assert count("customers_party") == 1
    (setting,) = raw("SELECT current_setting(%s, true)", row_security.SETTING)
    assert setting == ("",)


def test_rows_of_another_company_are_neither_changed_nor_made(theirs: Party, scope: Company) -> None:
    assert raw("UPDATE customers_party SET name = 'ours' WHERE id = %s RETURNING 1", theirs.pk) == []
    assert raw("DELETE FROM customers_party WHERE id = %s RETURNING 1", theirs.pk) == []
    for write in (
        lambda: Party.objects.create(company_id=theirs.company_id, number="C2", name="Planted"),
        lambda: Party.objects.bulk_create([Party(company_id=theirs.company_id, number="C2", name="Planted")]),
    ):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            write()
    with company_scope(theirs.company_id):
        assert [party.name for party in Party.objects.all()] == ["Secret"]


def test_a_row_cannot_be_given_away(dupont: Party, theirs: Party) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Party.objects.filter(pk=dupont.pk).update(company_id=theirs.company_id)


@pytest.mark.parametrize("everywhere", [False, True])
def test_a_reference_to_another_companys_row_is_refused(
    everywhere: bool, theirs: Party, dupont: Party, scope: Company, products: dict[str, Product], other_company: Company
) -> None:
    with company_scope(other_company.pk):
        group = ProductGroup.objects.create(company=other_company, name="Theirs")
    product = next(iter(products.values()))
    for write in (
        lambda: Contact.objects.create(company=scope, party=theirs, name="Spy"),
        lambda: Document.objects.create(company=scope, kind="invoice", party=theirs),
        lambda: Party.objects.filter(pk=dupont.pk).update(merged_into=theirs),
        lambda: Product.objects.filter(pk=product.pk).update(group=group),
    ):
        seen = every_company() if everywhere else company_scope(scope.pk)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(), seen:
            write()


def test_who_may_enter_is_known_before_a_company_is(alice: User, charlie: User, company: Company) -> None:
    assert {member.user_id for member in Membership.objects.all()} == {alice.pk, charlie.pk}
    with company_scope(company.pk):
        assert [member.user_id for member in Membership.objects.all()] == [alice.pk]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> str:
    """A role made by the command; the transaction of the test takes it back."""
    monkeypatch.setenv("EFACTORI_DATABASE_ROLE", "efactori_suite_web")
    monkeypatch.setenv("EFACTORI_DATABASE_PASSWORD", "a 'quoted' phrase")
    call_command("grant_database_role", stdout=StringIO())
    call_command("grant_database_role", stdout=StringIO())  # a second time changes nothing
    raw("GRANT efactori_suite_web TO current_user")
    return "efactori_suite_web"


def test_web_and_workers_own_nothing(web: str, scope: Company, theirs: Party) -> None:
    raw(f"SET LOCAL ROLE {web}")
    made = Party.objects.create(company=scope, number="C1", name="Own")
    assert raw("SELECT name FROM customers_party") == [("Own",)]
    assert Party.objects.filter(pk=made.pk).update(name="Owned") == 1
    assert made.delete()[0] == 1
    for forbidden in (
        "ALTER TABLE customers_party DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE mine (id int)",
        "DROP TABLE customers_party",
        "TRUNCATE customers_party CASCADE",
    ):
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), transaction.atomic():
            raw(forbidden)
    raw("RESET ROLE")


@pytest.mark.parametrize(("role", "told"), [("", "Set EFACTORI_DATABASE_ROLE"), ("postgres", "Choose the name")])
def test_a_role_that_would_pass_through_walls_is_refused(role: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFACTORI_DATABASE_ROLE", role)
    monkeypatch.setenv("EFACTORI_DATABASE_PASSWORD", "phrase")
    with pytest.raises(CommandError, match=told):
        call_command("grant_database_role")


def test_scopes_are_told_as_ids_alone() -> None:
    with company_scope("x'; DROP TABLE users_user; --"), pytest.raises(ValueError, match="badly formed"):  # type: ignore[arg-type]
        raw("SELECT 1")
    with company_scope(UUID(int=7)):
        assert raw("SELECT current_setting(%s)", row_security.SETTING) == [(str(UUID(int=7)),)]
