"""Pages: the connection to a field service with its three price lists, and the work orders that came in."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.access import member_required, owner_required
from core.errors import Refused, UnableTo
from core.forms import show_refusal
from documents.models import Document
from integrations import decoding, registry
from integrations.contracts.declaration import ProviderDeclaration
from integrations.contracts.field_service import CAPABILITY
from integrations.models import Connection, InboundHook, SyncRun, SyncState
from integrations.services import connecting, receiving, syncing
from invoices import points
from users.models import Membership
from work_orders.forms import CredentialsForm, GroupsForm, ReceivedForm
from work_orders.received import filtered, with_documents
from work_orders.services import attachments, repricing, selecting
from work_orders.warnings import LEFT_ALONE, PRICE_CODES

PER_PAGE = 50
LONGEST_SHOWN = 1_000  # characters of one text of a message
SHOWN = 50  # of the products and errors; the rest is counted


@member_required
def application(request: HttpRequest, provider: str) -> HttpResponse:
    """Everything about the link: key, state, products, users and rates, price per kilometre."""
    return _application(request, _declaration(provider))


@owner_required
@require_POST
def connect(request: HttpRequest, provider: str) -> HttpResponse:
    """Check the pasted key, keep it, and tell the other side where to deliver."""
    declaration = _declaration(provider)
    form = CredentialsForm(request.POST, provider=declaration)
    if not form.is_valid():
        return _application(request, declaration, form, status=422)
    try:
        connection = connecting.connect(
            company=request.company,  # type: ignore[attr-defined]
            provider_key=declaration.key,
            credentials=form.cleaned_data,
            by=request.user,  # type: ignore[arg-type]
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return _application(request, declaration, form, status=422)
    except UnableTo as error:
        form.add_error(None, str(error))
        return _application(request, declaration, form, status=422)
    name = connection.account["company_name"]
    messages.success(request, _("Connected to the account of %(name)s.") % {"name": name})
    return redirect("work_orders:application", declaration.key)


@owner_required
@require_POST
def choose_groups(request: HttpRequest, provider: str) -> HttpResponse:
    """Choose which products go out at the next synchronisation."""
    connection = _connection(_declaration(provider))
    form = GroupsForm(request.POST)
    if form.is_valid():
        connecting.configure(connection, by=request.user, **{selecting.GROUPS: form.chosen()})  # type: ignore[arg-type]
        messages.success(request, _("The choice is kept. It takes effect with the next synchronisation."))
    return redirect("work_orders:application", provider)


@owner_required
@require_POST
def synchronise(request: HttpRequest, provider: str) -> HttpResponse:
    """Start a synchronisation."""
    connection = _connection(_declaration(provider))
    try:
        syncing.start(connection, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("work_orders:application", provider)


@member_required
def progress(request: HttpRequest, provider: str) -> HttpResponse:
    """The running synchronisation, asked for every second."""
    connection = _connection(_declaration(provider))
    context = _progress(connection, _latest_run(connection)) | {"is_owner": _is_owner(request)}
    return render(request, "work_orders/sync_progress.html", context)


@member_required
def received(request: HttpRequest) -> HttpResponse:
    """Messages, newest first."""
    form = ReceivedForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(filtered(**chosen, today=timezone.localdate()), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": page,
        "rows": with_documents(list(page.object_list)),
        "is_filtered": any(chosen.values()),
    }
    return render(request, "work_orders/message_list.html", context)


@member_required
def message(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message: what came, what became of it, and what can be done again."""
    hook = get_object_or_404(InboundHook.objects.select_related("connection"), pk=pk)
    document = Document.objects.filter(pk=hook.object_id).first() if hook.object_id else None
    context = {
        "hook": hook,
        "document": document,
        "warnings": _warnings(hook, document, request.membership),  # type: ignore[attr-defined]
        "shown": json.dumps(_shortened(decoding.decode(bytes(hook.body))), ensure_ascii=False, indent=2),
        "errors": hook.answer.get("errors", []),
        "provider": registry.provider(hook.connection.provider),
        "can_fetch": document is not None and _has(document, attachments.UNAVAILABLE),
        "can_reprice": document is not None and document.is_draft and _has(document, *PRICE_CODES),
    }
    return render(request, "work_orders/message_detail.html", context)


@member_required
def payload(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The message byte for byte, as a text that no browser runs."""
    hook = get_object_or_404(InboundHook, pk=pk)
    return HttpResponse(
        bytes(hook.body),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{hook.pk}.json"', "Content-Security-Policy": "sandbox"},
    )


@member_required
@require_POST
def process(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Process a message again."""
    hook = receiving.reprocess(get_object_or_404(InboundHook, pk=pk), by=request.user)  # type: ignore[arg-type]
    if hook.error:
        messages.error(request, hook.error)
    else:
        messages.success(request, _("Processed again: %(state)s.") % {"state": hook.get_state_display().lower()})
    return redirect("work_orders:message", pk)


@member_required
def of_document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The latest message that a document was made from."""
    hook = InboundHook.objects.filter(object_id=pk).order_by("-received_at", "-id").first()
    if hook is None:
        raise Http404
    return redirect("work_orders:message", hook.pk)


@member_required
@require_POST
def fetch_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fetch the files that are missing."""
    document = get_object_or_404(Document, pk=pk)
    try:
        count = attachments.fetch_again(document, by=request.user)  # type: ignore[arg-type]
        text = ngettext("%d file is being fetched.", "%d files are being fetched.", count) % count
        messages.success(request, text)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("work_orders:of-document", pk)


@member_required
@require_POST
def reprice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Fill the prices that are known by now."""
    document = get_object_or_404(Document, pk=pk)
    try:
        count = repricing.reprice(document, by=request.user)  # type: ignore[arg-type]
        text = ngettext("%d line got a price.", "%d lines got a price.", count) % count
        messages.success(request, text if count else _("No line could be priced yet."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(document.declaration.url_name, pk)


def _application(
    request: HttpRequest, declaration: ProviderDeclaration, form: CredentialsForm | None = None, status: int = 200
) -> HttpResponse:
    connection = Connection.objects.filter(provider=declaration.key).first()
    company = request.company  # type: ignore[attr-defined]
    members = Membership.objects.filter(company=company, is_active=True).select_related("user")
    context: dict[str, Any] = {
        "provider": declaration,
        "connection": connection,
        "is_owner": _is_owner(request),
        "form": form or CredentialsForm(provider=declaration),
        "members": members.order_by("user__last_name", "user__first_name"),
        "limit": selecting.LIMIT,
    }
    if connection is not None and connection.is_active:
        chosen = connection.settings.get(selecting.GROUPS)
        selection = selecting.select(connection)
        context |= {
            "groups_form": GroupsForm(initial={"every": chosen is None, "groups": chosen or []}),
            "product_count": len(selection.chosen),
            "products": selection.chosen[:SHOWN],
            "left_out": selection.left_out[:SHOWN],
            "left_out_count": len(selection.left_out),
            **_progress(connection, _latest_run(connection)),
        }
    return render(request, "work_orders/application.html", context, status=status)


def _progress(connection: Connection, run: SyncRun | None) -> dict[str, Any]:
    is_running = run is not None and run.state in (SyncState.QUEUED, SyncState.RUNNING)
    poll_url = reverse("work_orders:progress", args=[connection.provider]) if is_running else ""
    return {
        "connection": connection,
        "run": run,
        "is_running": is_running,
        "poll_url": poll_url,
        "errors": run.errors[:SHOWN] if run else [],
    }


def _is_owner(request: HttpRequest) -> bool:
    return bool(request.membership.role == "owner")  # type: ignore[attr-defined]


def _latest_run(connection: Connection) -> SyncRun | None:
    return SyncRun.objects.filter(connection=connection).order_by("-created_at", "-id").first()


def _has(document: Document, *codes: str) -> bool:
    return bool(document.warnings.filter(code__in=codes).exists())


def _warnings(hook: InboundHook, document: Document | None, viewer: Membership) -> list[dict[str, Any]]:
    """What still stands on the document, with its cures; else what was answered."""
    answered = [{"text": warning["message"], "cures": []} for warning in hook.answer.get("warnings", [])]
    if document is None:
        return answered
    left_alone = [
        {"text": warning["message"], "cures": []}
        for warning in hook.answer.get("warnings", [])
        if warning["code"] in LEFT_ALONE
    ]
    return left_alone + points.of(document, viewer=viewer)


def _shortened(value: Any) -> Any:
    """The message without the bytes of its files, for reading."""
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if isinstance(value, str) and len(value) > LONGEST_SHOWN:
        return f"{value[:60]}… ({len(value)})"
    return value


def _declaration(key: str) -> ProviderDeclaration:
    """A field service; 404 for anything else."""
    try:
        declaration = registry.provider(key)
    except LookupError:
        raise Http404 from None
    if declaration.capability != CAPABILITY:
        raise Http404
    return declaration


def _connection(declaration: ProviderDeclaration) -> Connection:
    return get_object_or_404(Connection, provider=declaration.key)
