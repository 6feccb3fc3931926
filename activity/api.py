"""The events feed of the REST API: what happened, in the order of its numbers, for those who poll.

A number is given after the commit, under a lock, so that whoever has read up to one has missed none before it.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from activity import events
from activity.models import Event
from core.api.fields import Free, Identifier, Moment, Text, Whole
from core.api.serializers import Resource
from core.api.views import Listed, Read


class ThingResource(Resource):
    kind = Text()
    id = Identifier()


class ActorResource(Resource):
    id = Identifier()
    name = Text()
    token = Text()


class EventResource(Resource):
    filters: ClassVar[Any] = {
        "after": ("sequence__gt", Whole()),
        "object": ("object_id", Identifier()),
        "actor": ("actor_id", Identifier()),
    }

    id = Identifier()
    created_at = Moment(source="at")
    updated_at = Moment(source="at")  # as every object has one; an event never changes
    sequence = Whole()
    action = Text()
    object = ThingResource()
    actor = ActorResource(allow_null=True)
    at = Moment()
    data = Free()  # type: ignore[assignment]


class EventView(Listed, Read):
    """`events/`; `?after=` takes the highest number that is known already, and the answer's `after` the next one."""

    area = "events"
    resource = EventResource
    ordering = ("sequence",)
    default_ordering = "sequence"
    adds = {"after": Whole()}
    completes = True
    reached: int = 0

    def rows(self) -> QuerySet[Any]:
        return Event.objects.filter(sequence__isnull=False)

    def complete(self, rows: list[Any]) -> None:
        self.reached = max((row.sequence for row in rows), default=0)

    def list(self, request: Request) -> Response:
        if Event.objects.filter(sequence__isnull=True).exists():
            events.dispatch(self.company.pk)
        response = super().list(request)
        response.data["after"] = self.reached or int(request.query_params.get("after", 0))
        return response
