"""The operator's admin sees all companies; what services must write is shown and not changed there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from core.tenancy import every_company


class OperatorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages of tenant data, made and rendered outside any company's scope."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        with every_company():
            return _rendered(super().changelist_view(request, extra_context))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        with every_company():
            return _rendered(super().changeform_view(request, object_id, form_url, extra_context))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        with every_company():
            return _rendered(super().history_view(request, object_id, extra_context))


class ReadOnlyAdmin(OperatorAdmin):
    """Looked at, never written: changes go through the services, which record who did what."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _rendered(response: HttpResponse) -> HttpResponse:
    """A template answer is rendered here, because the scope closes with the view."""
    return response.render() if hasattr(response, "render") else response
