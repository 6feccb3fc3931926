"""The base of every endpoint: one company's scope around the whole request, repeatable POSTs, and the five plain verbs.

A view says which `Resource` it shows, which rows there are, and what service each verb calls; parsing, refusing,
paging, ETags and answers stand here.
"""

from collections.abc import Collection, Mapping
from contextlib import ExitStack
from functools import cache
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.decorators import action
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from core import origin
from core.api import etags, idempotency, queries
from core.api.errors import Invalid, TooLarge, fault, faults_from
from core.api.pagination import Page
from core.api.parsers import BULK_LIMIT, DEFAULT_LIMIT
from core.api.reading import Reader, unfold
from core.api.serializers import Resource
from core.prepared import Prepared, given_id
from core.tenancy import company_scope

BULK_ITEMS = 500


class ApiView(ViewSet):
    """`resource` is what is shown, and written unless `written` is another; `made_from` is what a POST to the list
    takes where that is more. `area` is what scopes are given for.

    `owner_only` lists the methods that only an owner may use. `transactions` is "many" where the work cannot be one: it
    calls the outside, or takes each item by itself. `is_secret` where an answer to a POST must not be kept readable.
    `is_steady` where `rows` are the same whoever asks and wherever, the company aside.

    An action says to the reference (`core.api.openapi`) in its `@action(…)` what its code does not show: `takes`, the
    resource of its body; `answers`, that of its answer where it is not the view's; `status`, where it is not 200;
    `adds`, fields that its answer, or the list, holds beside; `query`, parameters of its address; `refuses`, statuses
    beyond the usual ones. The first clause of its docstring is its summary.
    """

    area: ClassVar[str]
    owner_only: ClassVar[Collection[str]] = ()
    lookup_value_converter = "uuid"
    transactions: str = "one"
    is_secret: bool = False
    completes: bool = False
    is_steady: bool = False
    max_body: int = DEFAULT_LIMIT
    http_method_names = ["get", "head", "post", "patch", "delete"]

    resource: ClassVar[type[Resource]]
    written: ClassVar[type[Resource] | None] = None
    made_from: ClassVar[type[Resource] | None] = None

    takes: type[Resource] | None = None
    answers: type[Resource] | None = None
    status: int = HTTPStatus.OK
    adds: Mapping[str, Any] = {}
    query: Mapping[str, Any] = {}
    refuses: Collection[int] = ()

    # ── the life of a request ──

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """As the framework does, with the scope open until the answer is bytes.

        The answer is not kept on the view, nor does it keep what it was rendered from: they hold each other, and a page
        of invoices would stay in memory until the collector comes by.
        """
        self.args, self.kwargs = args, kwargs
        self.request = request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        with ExitStack() as stack:
            try:
                self.initial(request, *args, **kwargs)
                self._enter(stack)
                response = self._respond(request, *args, **kwargs)
            except Exception as exc:
                response = self.handle_exception(exc)
            answer = self.finalize_response(request, response, *args, **kwargs)
            if isinstance(answer, Response):
                answer.render()
                answer.renderer_context = {}  # type: ignore[attr-defined]
        return answer

    def _enter(self, stack: ExitStack) -> None:
        stack.enter_context(company_scope(self.company.pk))
        token: Any = self.request.auth
        stack.enter_context(origin.through(origin.Token(token.pk, token.name)))
        if "Accept-Language" not in self.request.headers:
            stack.enter_context(translation.override(self.user.language))
        try:
            length = int(self.request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > self.max_body:
            raise TooLarge(self.max_body)

    def _respond(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        handler = getattr(self, (request.method or "").lower(), None)
        if handler is None or request.method not in self.allowed_methods:
            raise MethodNotAllowed(request.method or "")
        if request.method != "POST":
            return handler(request, *args, **kwargs)
        return idempotency.once(
            request,
            lambda: handler(request, *args, **kwargs),
            company_id=self.company.pk,
            actor_id=self.user.pk,
            atomic=self.transactions == "one",
            is_secret=self.is_secret,
        )

    @property
    def company(self) -> Any:
        """The company that the token belongs to."""
        return self.request.company  # type: ignore[attr-defined]

    @property
    def user(self) -> Any:
        """The person that the token belongs to."""
        return self.request.user

    # ── rows ──

    def rows(self) -> QuerySet[Any]:
        """The rows that this endpoint shows."""
        raise NotImplementedError

    def filterable(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with what only a filter reads."""
        return rows

    def complete(self, rows: list[Any]) -> None:
        """Where the view `completes`: a chance to put on its objects what no join can fetch, for all at once."""

    def find(self, pk: Any, *, lock: bool = False) -> Any:
        """One of the rows, or 404."""
        rows = self.rows().filter(pk=pk)
        row = (rows.select_for_update(of=("self",)) if lock else rows).first()
        if row is None:
            raise Http404
        return row

    # ── answers ──

    def show(self, pk: Any, *, status: int = HTTPStatus.OK) -> Response:
        """The object as it stands, with its ETag; a new one with its address."""
        fields, expand = queries.shape(self.request, self.resource)
        whole = self._whole(pk)
        etag = etags.of(whole)
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if status == HTTPStatus.CREATED:
            headers["Location"] = f"{self.request.path}{pk}/"  # below the list it was posted to
        if self.request.method in {"GET", "HEAD"} and etags.is_known(self.request, etag):
            return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        content = {name: value for name, value in whole.items() if fields is None or name in fields}
        unfold(self.resource, [content], expand)
        return Response(content, status=status, headers=headers)

    def _whole(self, pk: Any) -> dict[str, Any]:
        """All that is shown of one object; 404 when it is none of the rows."""
        if self.is_steady:
            reader, one = _showing(type(self))  # type: ignore[arg-type]
            found = one.ask(pk=pk)
        else:
            rows = self.rows().filter(pk=pk)
            reader = Reader(self.resource, rows.model, objects=self.completes)
            found = list(reader.select(rows))
        if not found:
            raise Http404
        return self._written(reader, found)[0]

    def _written(self, reader: Reader, rows: list[Any]) -> list[dict[str, Any]]:
        if self.completes:
            self.complete(rows)
        return reader.write(rows)

    def checked(self, pk: Any) -> Any:
        """The row, locked, when `If-Match` allows its change; to be called in a transaction."""
        row = self.find(pk, lock=True)
        if "If-Match" in self.request.headers:
            etags.check(self.request, etags.of(self._whole(pk)))
        return row

    def body(
        self, resource: type[Resource] | None = None, *, partial: bool = False, shows: type[Resource] | None = None
    ) -> dict[str, Any]:
        """The clean body of the request; the address takes only parameters that shape the answer (`shows`)."""
        queries.known_only(self.request, queries.SHAPING)
        queries.shape(self.request, shows or self.resource)
        return (resource or self.written or self.resource).read(self.request.data, partial=partial)


class Listed(ApiView):
    """GET of the list. `ordering` names what it can be ordered by."""

    ordering: ClassVar[Collection[str]] = ("created_at",)
    default_ordering: ClassVar[str] = "created_at"
    searchable: ClassVar[bool] = False

    def list(self, request: Request) -> Response:
        fields, expand = queries.shape(request, self.resource)
        rows = self.filterable(self.rows()) if queries.has_filters(request) else self.rows()
        rows = queries.narrow(request, rows, self.resource, searchable=self.searchable)
        columns = queries.ordered_by(
            request, rows.model, self.resource, default=self.default_ordering, allowed=self.ordering
        )
        along = [column.path for column in columns]
        reader = Reader(self.resource, rows.model, fields=fields, along=along, objects=self.completes)
        page = Page(request, rows, columns, reader)
        results = self._written(reader, page.rows)
        unfold(self.resource, results, expand)
        return Response(page.body(results))


class Read(ApiView):
    """GET of one object."""

    def retrieve(self, request: Request, pk: Any) -> Response:
        queries.known_only(request, queries.SHAPING)
        return self.show(pk)


class Created(ApiView):
    """POST to the list."""

    def create(self, request: Request) -> Response:
        made = self.perform_create(self.body(self.made_from))
        return self.show(made.pk, status=HTTPStatus.CREATED)

    def perform_create(self, values: dict[str, Any]) -> Model:
        """Call the service."""
        raise NotImplementedError


class Bulk(Created):
    """POST of up to 500 at once: a transaction for each item, and an answer for each in the order they came."""

    @action(detail=False, methods=["post"], max_body=BULK_LIMIT, transactions="many")
    def bulk(self, request: Request) -> Response:
        queries.known_only(request, ())
        items = request.data
        if not isinstance(items, list):
            raise Invalid([fault("", "invalid_type", _("Send a JSON array of objects."))])
        if len(items) > BULK_ITEMS:
            raise Invalid([fault("", "too_many", _("Send at most %(most)s items at a time.") % {"most": BULK_ITEMS})])
        answered = idempotency.Items(request, len(items), company_id=self.company.pk, actor_id=self.user.pk)
        return Response({"results": [self._bulk_item(index, item, answered) for index, item in enumerate(items)]})

    def _bulk_item(self, index: int, item: Any, answered: idempotency.Items) -> dict[str, Any]:
        made = answered.known(index)
        try:
            if made is None:
                values = (self.made_from or self.written or self.resource).read(item)
                with transaction.atomic():
                    made = str(self.perform_create(values).pk)
                    answered.remember(index, made)
        except Exception as exc:
            known = faults_from(exc)
            if known is None:
                raise
            status, faults = known
            return {"index": index, "status": int(status), "errors": faults}
        return {"index": index, "status": int(HTTPStatus.CREATED), "id": made}


class Changed(ApiView):
    """PATCH of one object: what is not named stays."""

    def partial_update(self, request: Request, pk: Any) -> Response:
        with transaction.atomic():
            row = self.checked(pk)
            self.perform_update(row, self.body(partial=True))
            return self.show(pk)

    def perform_update(self, row: Any, values: dict[str, Any]) -> None:
        """Call the service."""
        raise NotImplementedError


class Deleted(ApiView):
    """DELETE of one object."""

    def destroy(self, request: Request, pk: Any) -> Response:
        queries.known_only(request, ())
        with transaction.atomic():
            self.perform_destroy(self.checked(pk))
        return Response(status=HTTPStatus.NO_CONTENT)

    def perform_destroy(self, row: Any) -> None:
        """Call the service."""
        raise NotImplementedError


class Nothing(APIView):
    """Below the API's root where no endpoint stands: a problem document, not the pages' 404."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404


@cache
def _showing(view: type[ApiView]) -> tuple[Reader, Prepared]:
    """What reads one object of a steady view, by `pk`."""
    reader = Reader(view.resource, view().rows().model)
    return reader, Prepared(lambda: reader.select(view().rows().filter(pk=given_id("pk"))))
