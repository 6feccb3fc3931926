"""Queries that are built once and asked many times.

Django makes the SQL of a query anew each time it is asked, which takes longer than the database takes to answer a short
one. Where the same query stands in every request, `Prepared` keeps its SQL; what differs each time is `Given`. The
company in scope is filled in by itself.
"""

import copy
import json
from collections.abc import Callable
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import Expression

from core.tenancy import company_scope, current_company_id

_COMPANY = "company in scope"


class Given(Expression):
    """The place of a value that is named when the query is asked."""

    def __init__(self, name: str, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def parameter(self, value: Any) -> Any:
        """The value as it goes to the database."""
        return self.output_field.get_db_prep_value(value, connection)


class GivenIds(Given):
    """The place of many UUIDs, which go to the database as one parameter; for `Among`."""

    def __init__(self, name: str) -> None:
        super().__init__(name, models.JSONField())

    def parameter(self, value: Any) -> Any:
        ids = [str(one) for one in value]
        return ids if connection.vendor == "postgresql" else json.dumps([one.replace("-", "") for one in ids])


class Among(models.Func):
    """Whether a UUID is one of many: of those `given`, whatever their number."""

    output_field = models.BooleanField()

    def __init__(self, path: str, given: GivenIds) -> None:
        super().__init__(models.F(path), given)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s::uuid[])", arg_joiner=" = ANY(", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "%(expressions)s))"
        return self.as_sql(
            compiler, connection, template=template, arg_joiner=" IN (SELECT value FROM json_each(", **context
        )


class Prepared:
    """A query that `build` makes at its first use. It must be the same whoever asks, but for what is `Given`."""

    def __init__(self, build: Callable[[], models.QuerySet[Any]]) -> None:
        self._build = build

    def ask(self, **given: Any) -> list[Any]:
        """The rows, as the built query would give them; ScopeError where it needs a company and none is in scope."""
        rows, compiler, sql, params = self._made
        values = tuple(_value(one, given) if isinstance(one, Given) else one for one in params)
        compiler = copy.copy(compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *_options, **_more: (sql, values)
        query = copy.copy(rows.query)
        query.get_compiler = lambda *_options, **_more: compiler
        asked = rows._clone()
        asked._query = query  # by the property a list of values would become one of dicts
        return list(asked)

    def first(self, **given: Any) -> Any:
        """The first row, or None."""
        return next(iter(self.ask(**given)), None)

    @cached_property
    def _made(self) -> tuple[Any, Any, str, tuple[Any, ...]]:
        with company_scope(Given(_COMPANY, models.UUIDField())):  # type: ignore[arg-type]
            rows = self._build()
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return rows, compiler, sql, params


def given_id(name: str) -> Any:
    """The place of a UUID."""
    return Given(name, models.UUIDField())


def given_text(name: str) -> Any:
    """The place of a text."""
    return Given(name, models.CharField())


def _value(place: Given, given: dict[str, Any]) -> Any:
    company: UUID | None = current_company_id() if place.name == _COMPANY else None
    return place.parameter(company or given[place.name])
