"""The tenant wall in code: a query on tenant data outside a company's scope raises instead of answering.

Built on django-scopes; the scope's value is the company's id. `every_company` is for authentication, sweeps and the
operator's admin alone.
"""

from contextlib import AbstractContextManager
from typing import Any, cast
from uuid import UUID

from django.db import models
from django_scopes import ScopedManager, get_scope, scope, scopes_disabled
from django_scopes.exceptions import ScopeError


def company_scope(company_id: UUID) -> AbstractContextManager[None]:
    """Queries inside see this company's rows and no others."""
    if company_id is None:
        raise ScopeError("A company's scope needs a company.")
    opened: AbstractContextManager[None] = scope(company=company_id)
    return opened


def every_company() -> AbstractContextManager[None]:
    """Queries inside see all companies."""
    opened: AbstractContextManager[None] = scopes_disabled()
    return opened


def company_in_scope() -> UUID | None:
    """The id of the company in scope, None outside a scope."""
    company_id: UUID | None = get_scope().get("company")
    return company_id


def current_company_id() -> UUID:
    """The id of the company in scope; raises ScopeError outside a scope."""
    company_id = company_in_scope()
    if company_id is None:
        raise ScopeError("No company is in scope.")
    return company_id


def scoped_manager[M: models.Manager[Any]](manager: type[M], **filters: Any) -> M:
    """A manager whose every query is filtered on the company in scope, and on `filters` where a proxy needs them."""
    base: Any = manager
    if filters:

        class Filtered(base):  # type: ignore[misc]
            def get_queryset(self) -> models.QuerySet[Any]:
                found: models.QuerySet[Any] = super().get_queryset()
                return found.filter(**filters)

        base = Filtered
    return cast(M, ScopedManager(base, company="company_id"))


class ForeignCompany(Exception):
    """A service was handed an object of another company: a fault of the caller, never shown."""


def same_company(company_id: UUID, *objects: Any) -> None:
    """Refuse objects of another company; a foreign key is followed without a scope, so services check what they get."""
    for item in objects:
        if item is not None and item.company_id != company_id:
            raise ForeignCompany(f"{item._meta.label} {item.pk} belongs to another company")
