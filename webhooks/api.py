"""Webhook endpoints over the REST API, with the log of what was sent to them."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Choice, Computed, Flag, Free, Identifier, Moment, Text, Whole
from core.api.serializers import Kept, Resource
from core.api.views import Changed, Created, Deleted, Listed, Read
from webhooks.models import Attempt, Delivery, DeliveryState, Endpoint, OffReason
from webhooks.services import configuring, delivering


def _patterns(**options: Any) -> Any:
    return serializers.ListField(child=Text(max_length=80), **options)


class EndpointResource(Kept):
    """`secret` is told in the answers that make one, and null ever after."""

    url = Text(max_length=2000)
    description = Text(required=False, max_length=100)
    events = _patterns(required=False, max_length=configuring.MOST_PATTERNS)
    is_active = Flag(required=False)
    disabled_reason = Choice(OffReason.choices, read_only=True)
    disabled_at = Moment()
    failing_since = Moment()
    secret = Computed(lambda endpoint: None, kind=Text(allow_null=True))


class AttemptResource(Resource):
    id = Identifier()
    at = Moment()
    request_headers = Free()
    request_body = Text()
    status = Whole(allow_null=True)
    response = Text()
    error = Choice(Attempt.Error.choices)
    duration_ms = Whole()


class DeliveryResource(Resource):
    related: ClassVar[Any] = {"attempts": lambda: Attempt.objects.order_by("at", "id")}

    id = Identifier()
    created_at = Moment()
    event = Identifier(source="event_id")
    type = Text(source="event.action")
    state = Choice(DeliveryState.choices)
    next_attempt_at = Moment()
    finished_at = Moment()
    attempts = AttemptResource(many=True)


class EndpointView(Listed, Read, Created, Changed, Deleted):
    """`webhook-endpoints/`."""

    area = "webhooks"
    owner_only = ("POST", "PATCH", "DELETE")
    is_secret = True
    resource = EndpointResource
    ordering = ("created_at", "updated_at", "url")

    def rows(self) -> QuerySet[Any]:
        return Endpoint.objects.defer("secrets")

    def create(self, request: Request) -> Response:
        values = self.body()
        is_active = values.pop("is_active", True)
        endpoint, secret = configuring.create(company=self.company, by=self.user, **values)
        if not is_active:
            configuring.switch_off(endpoint, by=self.user)
        return self._telling(endpoint, secret, status=HTTPStatus.CREATED)

    def perform_update(self, row: Endpoint, values: dict[str, Any]) -> None:
        configuring.update(row, by=self.user, **values)

    def perform_destroy(self, row: Endpoint) -> None:
        configuring.delete(row, by=self.user)

    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, pk: Any) -> Response:
        """A new secret; the one until now signs along for a day."""
        self.body(Resource)
        endpoint, secret = configuring.rotate_secret(self.find(pk), by=self.user)
        return self._telling(endpoint, secret)

    @action(detail=True, methods=["post"], answers=DeliveryResource)
    def ping(self, request: Request, pk: Any) -> Response:
        """Send a test message; answers its delivery."""
        self.body(Resource, shows=DeliveryResource)
        delivery = delivering.ping(self.find(pk), by=self.user)
        view = DeliveryView(request=self.request, kwargs={"endpoint": delivery.endpoint_id})
        return view.show(delivery.pk)

    def _telling(self, endpoint: Endpoint, secret: str, *, status: int = HTTPStatus.OK) -> Response:
        """The endpoint as it is shown from now on, and this once its secret."""
        response = self.show(endpoint.pk, status=status)
        response.data["secret"] = secret
        response["Cache-Control"] = "no-store"
        return response


class DeliveryView(Listed, Read):
    """`webhook-endpoints/{id}/deliveries/`, latest first."""

    area = "webhooks"
    owner_only = ("POST",)
    resource = DeliveryResource
    ordering = ("created_at",)
    default_ordering = "-created_at"

    def rows(self) -> QuerySet[Any]:
        return Delivery.objects.filter(endpoint_id=self.kwargs["endpoint"]).select_related("event")

    def list(self, request: Request, endpoint: Any) -> Response:  # type: ignore[override]
        if not Endpoint.objects.filter(pk=endpoint).exists():
            raise Http404
        return super().list(request)

    def retrieve(self, request: Request, pk: Any, endpoint: Any = None) -> Response:
        return super().retrieve(request, pk)

    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: Any, endpoint: Any = None) -> Response:
        """Send the message again, now."""
        self.body(Resource)
        return self.show(delivering.replay(self.find(pk), by=self.user).pk)
