"""The page that lists the applications a company may connect."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import member_required, owner_required
from core.errors import Refused
from integrations import registry
from integrations.models import Connection
from integrations.services import connecting


@member_required
def index(request: HttpRequest) -> HttpResponse:
    """Every application, with its state in this company."""
    connections = {connection.provider: connection for connection in Connection.objects.all()}
    applications = [
        {
            "provider": provider,
            "connection": connections.get(provider.key),
            "url": reverse(registry.handler(provider.key).page, args=[provider.key]),
        }
        for provider in registry.providers()
    ]
    return render(request, "integrations/application_list.html", {"applications": applications})


@owner_required
@require_POST
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch an application off."""
    connection = get_object_or_404(Connection, pk=pk)
    try:
        connection = connecting.disconnect(connection, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The application is switched off."))
        if connection.last_error:
            messages.warning(request, connection.last_error)
    return redirect("integrations:list")
