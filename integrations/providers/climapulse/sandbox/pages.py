"""The pages a Climapulse user would see, plain HTML without a line of script."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integrations.providers.climapulse.sandbox import api, forms, seeds, sending, store

STYLE = Path(__file__).parent / "templates" / "style.css"

MEANINGS = {
    200: "Déjà connu : eFactori a rendu la facture qui existe.",
    201: "La facture est prête.",
    202: "Bien reçu : eFactori la prépare encore.",
    400: "eFactori n'a pas pu lire le message.",
    401: "eFactori n'a pas reconnu la signature ; rien n'a été enregistré.",
    404: "Cette connexion n'existe plus dans eFactori.",
    410: "La connexion est désactivée dans eFactori.",
    413: "Le message est trop grand.",
    422: "Le bon de travail est incomplet ; corrigez les champs indiqués, puis recommencez.",
    429: "eFactori demande de patienter.",
}


def frame(request: HttpRequest) -> dict[str, Any]:
    """What every page shows around its content."""
    planned = store.rows("SELECT coalesce(sum(times), 0) FROM fault")[0][0]
    return {
        "company": store.setting("company"),
        "registered": bool(store.setting("webhook_url")),
        "planned": planned,
        "section": request.path.split("/")[2] if request.path.count("/") >= 2 else "",
    }


@require_GET
def style(request: HttpRequest) -> FileResponse:
    """The one style sheet."""
    return FileResponse(STYLE.open("rb"), content_type="text/css; charset=utf-8")


@require_GET
def icon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it; there is none."""
    return HttpResponse(status=204)


@require_GET
def work_orders(request: HttpRequest) -> HttpResponse:
    """All work orders, the latest first, each with what eFactori last said."""
    orders = [json.loads(row["content"]) for row in store.rows("SELECT content FROM work_order")]
    last = {row["work_order_id"]: _outcome(row) for row in store.rows("SELECT * FROM delivery ORDER BY seq")}
    words = request.GET.get("q", "").strip().casefold()
    if words:
        orders = [order for order in orders if words in json.dumps(order, ensure_ascii=False).casefold()]
    orders.sort(key=lambda order: (order.get("performed_on", ""), order["number"]), reverse=True)
    rows = [{"order": order, "outcome": last.get(order["id"])} for order in orders]
    return render(request, "work_orders.html", {"rows": rows, "q": request.GET.get("q", "")})


@require_GET
def work_order(request: HttpRequest, work_order_id: str) -> HttpResponse:
    """One work order, and its invoice."""
    order = _order(work_order_id)
    available = {row["id"] for row in store.rows("SELECT id FROM attachment WHERE work_order_id = ?", work_order_id)}
    sent = store.rows("SELECT * FROM delivery WHERE work_order_id = ? ORDER BY seq DESC", work_order_id)
    for entry in order.get("time_entries", ()):
        entry["activity_label"] = dict(forms.ACTIVITIES).get(entry.get("activity", "on_site"))
    outcomes = [_outcome(row) for row in sent]
    context = {"order": order, "available": available, "outcome": outcomes[0] if outcomes else None, "sent": outcomes}
    return render(request, "work_order.html", context)


@require_http_methods(["GET", "POST"])
def edit_work_order(request: HttpRequest, work_order_id: str = "") -> HttpResponse:
    """Write a new work order, or change one; its PDF is drawn anew."""
    order = _order(work_order_id) if work_order_id else {}
    shown = forms.initial(order) if order else {"order": {}, "times": [], "materials": []}
    data = request.POST or None
    form = forms.OrderForm(data, initial=shown["order"], label_suffix="")
    times = forms.TimeRows(data, initial=shown["times"], prefix="times")
    materials = forms.MaterialRows(data, initial=shown["materials"], prefix="materials")
    if request.method == "POST" and all([form.is_valid(), times.is_valid(), materials.is_valid()]):
        content = forms.changed(order or _fresh(), form, times, materials)
        files = {
            attachment["id"]: (True, seeds.describe(attachment, seeds.paper(content)))
            for attachment in content.get("attachments", ())
            if attachment["kind"] == "work_order"
        }
        store.save_work_order(content, files)
        return redirect("work_order", content["id"])
    items = store.rows("SELECT reference, name FROM item ORDER BY reference")
    context = {"order": order, "form": form, "times": times, "materials": materials, "items": items}
    return render(request, "edit.html", context | {"people": seeds.TECHNICIANS})


@require_POST
def create_invoice(request: HttpRequest, work_order_id: str) -> HttpResponse:
    """⋮ → Create an invoice."""
    _order(work_order_id)
    try:
        sending.press(work_order_id)
    except sending.NotRegistered:
        return render(request, "not_connected.html", {"work_order_id": work_order_id}, status=409)
    return redirect("work_order", work_order_id)


@require_GET
def file(request: HttpRequest, work_order_id: str, attachment_id: str) -> HttpResponse:
    """A file of a work order."""
    content = store.attachment(work_order_id, attachment_id)
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="application/pdf")


@require_GET
def inventory(request: HttpRequest) -> HttpResponse:
    """What eFactori pushed."""
    q = request.GET.get("q", "").strip()
    pattern = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    found = store.rows(
        "SELECT * FROM item WHERE name LIKE ? ESCAPE '\\' OR reference LIKE ? ESCAPE '\\' ORDER BY seq DESC LIMIT 500",
        pattern,
        pattern,
    )
    items = [dict(row) | {"updated_at": _local(row["updated_at"])} for row in found]
    return render(request, "inventory.html", {"items": items, "q": q, "total": api.total(), "limit": api.LIMIT})


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Login information and overview: API access, the key, a new key."""
    if request.method == "POST":
        if "new_key" in request.POST:
            store.change(api_key=seeds.new_key())
        elif request.POST.get("api_access") in ("yes", "no"):
            store.change(api_access=request.POST["api_access"])
        return redirect("profile")
    names = ("api_key", "api_access", "webhook_url")
    return render(request, "profile.html", {name: store.setting(name) for name in names} | {"user": sending.USER})


@require_GET
def deliveries(request: HttpRequest) -> HttpResponse:
    """Everything that was sent, the latest first."""
    sent = store.rows("SELECT * FROM delivery ORDER BY seq DESC LIMIT 200")
    return render(request, "deliveries.html", {"sent": [dict(row) | _outcome(row) for row in sent]})


@require_GET
def delivery(request: HttpRequest, seq: int) -> HttpResponse:
    """One message to the byte, with its answer."""
    found = store.rows("SELECT * FROM delivery WHERE seq = ?", seq)
    if not found:
        raise Http404
    context = {
        "row": found[0],
        "outcome": _outcome(found[0]),
        "headers": json.loads(found[0]["headers"]),
        "body": _shortened(found[0]["body"]),
        "answer": _pretty(found[0]["answer"]),
    }
    return render(request, "delivery.html", context)


@require_http_methods(["GET", "POST"])
def misbehaviour(request: HttpRequest) -> HttpResponse:
    """Plan the ways in which the next calls and messages go wrong."""
    if request.method == "POST":
        for kind in store.FAULTS:
            times, seconds = request.POST.get(f"{kind}-times", "0"), request.POST.get(f"{kind}-seconds", "1")
            if re.fullmatch(r"[0-9]{1,4}", times, re.ASCII) and re.fullmatch(r"[0-9]{1,3}", seconds, re.ASCII):
                store.set_fault(kind, int(times), int(seconds))
        return redirect("misbehaviour")
    planned = {row["kind"]: row for row in store.rows("SELECT * FROM fault")}
    rows = [
        {
            "kind": kind,
            "label": label,
            "times": planned[kind]["times"] if kind in planned else 0,
            "seconds": round(planned[kind]["seconds"]) if kind in planned else 1,
            "timed": kind in ("rate_limited", "slow"),
        }
        for kind, label in store.FAULTS.items()
    ]
    return render(request, "misbehaviour.html", {"incoming": rows[:4], "outgoing": rows[4:]})


def _order(work_order_id: str) -> dict[str, Any]:
    order = store.work_order(work_order_id)
    if order is None:
        raise Http404
    return order


def _fresh() -> dict[str, Any]:
    """The frame of a new work order: the next number, and its PDF."""
    ids = [row["id"] for row in store.rows("SELECT id FROM work_order")]
    taken = [int(found[1]) for found in (re.fullmatch(r"wo-2026-([0-9]{4})", key) for key in ids) if found]
    number = f"2026-{max(taken, default=0) + 1:04d}"
    paper = {"id": "a-1", "kind": "work_order", "filename": f"BT-{number}.pdf"}
    return {"id": f"wo-{number}", "number": f"BT-{number}", "attachments": [paper]}


def _local(moment: str) -> datetime:
    return timezone.localtime(datetime.fromisoformat(moment))


def _tone(status: int | None) -> str:
    if status is None or status >= 500:
        return "bad"
    return "good" if status < 202 else "wait" if status in (202, 429) else "bad"


def _outcome(row: Any) -> dict[str, Any]:
    """A delivery in words."""
    try:
        answer = json.loads(row["answer"])
    except ValueError:
        answer = None
    status = row["status"]
    answer = answer if isinstance(answer, dict) else {}
    meaning = MEANINGS.get(status, "eFactori n'a pas répondu." if status is None else "eFactori a eu un problème.")
    if answer.get("updated"):
        meaning = "Le brouillon de facture a été mis à jour."
    invoice = answer.get("invoice")
    return {
        "seq": row["seq"],
        "status": status,
        "sent_at": _local(row["sent_at"]),
        "problem": row["problem"],
        "meaning": meaning,
        "tone": _tone(status),
        "answer": answer,
        "invoice": invoice if isinstance(invoice, dict) and str(invoice.get("url", "")).startswith("http") else None,
    }


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text


def _shortened(body: str) -> str:
    """The message with its files' bytes left out."""
    message = json.loads(body)
    for attachment in message["work_order"].get("attachments", ()):
        if encoded := attachment.get("content_base64"):
            attachment["content_base64"] = f"{encoded[:24]}… ({len(encoded)} caractères)"
    return json.dumps(message, ensure_ascii=False, indent=2)
