"""The tenant wall in code: a query on tenant data outside a company's scope raises instead of answering.

Built on django-scopes; the scope's value is the company's id. `every_company` is for authentication, sweeps and the
operator's admin alone.
"""

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from django.db import models
from django_scopes import ScopedManager, get_scope, scope, scopes_disabled
from django_scopes.exceptions import ScopeError


def company_scope(company_id: UUID) -> AbstractContextManager[None]:
    """Queries inside see this company's rows and no others."""
    if company_id is None:
        raise ScopeError("A company's scope needs a company.")
    return scope(company=company_id)


def every_company() -> AbstractContextManager[None]:
    """Queries inside see all companies."""
    return scopes_disabled()


def current_company_id() -> UUID:
    """The id of the company in scope; raises ScopeError outside a scope."""
    company_id = get_scope().get("company")
    if company_id is None:
        raise ScopeError("No company is in scope.")
    return company_id


def scoped_manager(queryset: type[models.QuerySet[Any]] | None = None, **filters: Any) -> Any:
    """A manager whose every query is filtered on the company in scope, and on `filters` where a proxy needs them."""
    base: Any = models.Manager if queryset is None else models.Manager.from_queryset(queryset)
    if filters:

        class Filtered(base):  # type: ignore[misc]
            def get_queryset(self) -> models.QuerySet[Any]:
                return super().get_queryset().filter(**filters)

        base = Filtered
    return ScopedManager(base, company="company_id")


class ForeignCompany(Exception):
    """A service was handed an object of another company: a fault of the caller, never shown."""


def same_company(company_id: UUID, *objects: Any) -> None:
    """Refuse objects of another company; a foreign key is followed without a scope, so services check what they get."""
    for item in objects:
        if item is not None and item.company_id != company_id:
            raise ForeignCompany(f"{item._meta.label} {item.pk} belongs to another company")
