"""Connections to applications, and their synchronisations, over the REST API."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import Choice, Computed, Free, Identifier, Moment, Reference, Text, Whole
from core.api.serializers import Kept, Resource
from core.api.views import ApiView, Created, Listed, Read
from integrations.models import Connection, ConnectionState, SyncRun, SyncState
from integrations.services import connecting, syncing


class ConnectionResource(Kept):
    provider = Text()
    state = Choice(ConnectionState.choices)
    last_error = Text(multiline=True)
    settings = Free()
    account = Free()
    connected_at = Moment()
    disconnected_at = Moment()


class ConnectBody(Resource):
    example: ClassVar[Any] = {"provider": "climapulse", "credentials": {"api_key": "the key of your profile"}}

    provider = Text(max_length=40)
    credentials = serializers.DictField(child=Text(max_length=2000), allow_empty=False, write_only=True)


class SyncRunResource(Resource):
    id = Identifier()
    created_at = Moment()
    updated_at = Computed(lambda run: run.finished_at or run.started_at or run.created_at, kind=Moment())
    connection = Reference(
        rows=lambda: Connection.objects.defer("secrets"), relation="connection", expands=lambda: ConnectionResource
    )
    state = Choice(SyncState.choices)
    total = Whole()
    done = Whole()
    created = Whole()
    updated = Whole()
    unchanged = Whole()
    removed = Whole()
    failed = Whole()
    left_out = Whole()
    errors = Free()  # type: ignore[assignment]
    error = Text(multiline=True)
    started_at = Moment()
    finished_at = Moment()


class ConnectionView(Listed, Read, Created):
    """`connections/`; every write asks the other side, so no transaction spans it."""

    area = "connections"
    owner_only = ("POST",)
    transactions = "many"
    resource = ConnectionResource
    written = ConnectBody
    ordering = ("created_at", "updated_at", "provider")

    def rows(self) -> QuerySet[Any]:
        return Connection.objects.defer("secrets")

    def perform_create(self, values: dict[str, Any]) -> Connection:
        return connecting.connect(
            company=self.company, provider_key=values["provider"], credentials=values["credentials"], by=self.user
        )

    @action(detail=True, methods=["post"], answers=SyncRunResource)
    def sync(self, request: Request, pk: Any) -> Response:
        """Start a synchronisation; answers its run."""
        self.body(Resource, shows=SyncRunResource)
        run, _job = syncing.start(self.find(pk), by=self.user)
        return SyncRunView.started(self, run)

    @action(detail=True, methods=["post"])
    def disconnect(self, request: Request, pk: Any) -> Response:
        """Switch off and forget the credentials."""
        self.body(Resource)
        connecting.disconnect(self.find(pk), by=self.user)
        return self.show(pk)


class SyncRunView(Listed, Read):
    """`sync-runs/`."""

    area = "connections"
    resource = SyncRunResource
    ordering = ("created_at", "started_at", "finished_at")
    default_ordering = "-created_at"

    def rows(self) -> QuerySet[Any]:
        return SyncRun.objects.all()

    @classmethod
    def started(cls, view: ApiView, run: SyncRun) -> Response:
        """The answer of another endpoint that started a run."""
        return cls(request=view.request).show(run.pk, status=HTTPStatus.OK)
