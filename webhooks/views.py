"""The owner's pages: endpoints, what was sent to them, and the buttons that act on them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.access import owner_required
from core.errors import Refused
from core.forms import show_refusal
from webhooks import signing
from webhooks.forms import EndpointForm
from webhooks.models import Delivery, DeliveryState, Endpoint
from webhooks.services import configuring, delivering

PAGE_SIZE = 30


@owner_required
def index(request: Any) -> HttpResponseBase:
    waiting = Count("deliveries", filter=Q(deliveries__state=DeliveryState.PENDING))
    endpoints = Endpoint.objects.annotate(waiting=waiting).order_by("created_at", "id")
    return render(request, "webhooks/endpoint_list.html", {"endpoints": endpoints})


@never_cache
@owner_required
def create(request: Any) -> HttpResponseBase:
    """The form, and after a POST the new endpoint's secret, which this one answer shows."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            endpoint, secret = configuring.create(company=request.company, by=request.user, **form.values())
        except Refused as refusal:
            _show(form, refusal)
        else:
            return _secret(request, endpoint, secret)
    return render(request, "webhooks/endpoint_edit.html", {"form": form}, status=422 if form.errors else 200)


@owner_required
def detail(request: Any, pk: UUID) -> HttpResponseBase:
    """State and log; while something is on its way the log refreshes itself."""
    endpoint = get_object_or_404(Endpoint, pk=pk)
    rows = Delivery.objects.filter(endpoint=endpoint).select_related("event").order_by("-created_at", "-id")
    page = Paginator(rows.annotate(tries=Count("attempts")), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "endpoint": endpoint,
        "page": page,
        "is_live": any(row.state == DeliveryState.PENDING and row.step == 0 for row in page),
        "old_secret_until": signing.old_secret_until(endpoint),
    }
    return render(request, "webhooks/endpoint_detail.html", context)


@owner_required
def edit(request: Any, pk: UUID) -> HttpResponseBase:
    endpoint = get_object_or_404(Endpoint, pk=pk)
    form = EndpointForm(request.POST or None, endpoint=endpoint)
    if request.method == "POST" and form.is_valid():
        try:
            configuring.update(endpoint, by=request.user, **form.values())
        except Refused as refusal:
            _show(form, refusal)
        else:
            messages.success(request, _("The webhook is saved."))
            return redirect("webhooks:detail", pk=pk)
    context = {"form": form, "endpoint": endpoint}
    return render(request, "webhooks/endpoint_edit.html", context, status=422 if form.errors else 200)


@require_POST
@owner_required
def delete(request: Any, pk: UUID) -> HttpResponseBase:
    configuring.delete(get_object_or_404(Endpoint, pk=pk), by=request.user)
    messages.success(request, _("The webhook is removed, with its log."))
    return redirect("webhooks:list")


@never_cache
@require_POST
@owner_required
def rotate_secret(request: Any, pk: UUID) -> HttpResponseBase:
    endpoint, secret = configuring.rotate_secret(get_object_or_404(Endpoint, pk=pk), by=request.user)
    return _secret(request, endpoint, secret)


@require_POST
@owner_required
def switch_on(request: Any, pk: UUID) -> HttpResponseBase:
    configuring.switch_on(get_object_or_404(Endpoint, pk=pk), by=request.user)
    messages.success(request, _("The webhook is switched on. It hears of what happens from now on."))
    return redirect("webhooks:detail", pk=pk)


@require_POST
@owner_required
def switch_off(request: Any, pk: UUID) -> HttpResponseBase:
    configuring.switch_off(get_object_or_404(Endpoint, pk=pk), by=request.user)
    messages.success(request, _("The webhook is switched off."))
    return redirect("webhooks:detail", pk=pk)


@require_POST
@owner_required
def ping(request: Any, pk: UUID) -> HttpResponseBase:
    sent = delivering.ping(get_object_or_404(Endpoint, pk=pk), by=request.user)
    messages.success(request, _("A test message is on its way."))
    return redirect("webhooks:delivery", pk=pk, delivery=sent.pk)


@owner_required
def delivery(request: Any, pk: UUID, delivery: UUID) -> HttpResponseBase:
    """One message with every attempt: what was sent, what came back."""
    row = _delivery(pk, delivery)
    context = {
        "delivery": row,
        "endpoint": row.endpoint,
        "attempts": row.attempts.order_by("-at", "-id"),
        "is_live": row.state == DeliveryState.PENDING and row.step == 0,
    }
    return render(request, "webhooks/delivery_detail.html", context)


@require_POST
@owner_required
def replay(request: Any, pk: UUID, delivery: UUID) -> HttpResponseBase:
    try:
        delivering.replay(_delivery(pk, delivery), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The message is sent again."))
    return redirect("webhooks:delivery", pk=pk, delivery=delivery)


def _delivery(pk: UUID, delivery: UUID) -> Delivery:
    return get_object_or_404(Delivery.objects.select_related("endpoint", "event"), pk=delivery, endpoint_id=pk)


def _secret(request: Any, endpoint: Endpoint, secret: str) -> HttpResponseBase:
    context = {"endpoint": endpoint, "secret": secret, "old_secret_until": signing.old_secret_until(endpoint)}
    return render(request, "webhooks/endpoint_secret.html", context)


def _show(form: EndpointForm, refusal: Refused) -> None:
    """A pattern's place in the list means nothing in the form."""
    if refusal.pointer.startswith("/events"):
        form.add_error("others", str(refusal))
    else:
        show_refusal(form, refusal)
