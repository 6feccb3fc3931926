"""One thing done with many documents: what it will do and leave out, and the job that does it.

What is left out is known before; what goes wrong is told per document, and keeps none of the others back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activity import jobs
from activity.models import Job
from core.errors import Conflict, Refused
from documents import warnings
from documents.models import Document, State, Warning
from invoices import bundles
from sending.models import Message, MessageState
from users.models import Company, User

JOB = "invoices.bulk"


@dataclass(frozen=True)
class LeftOut:
    """Why a document takes no part: `condition` is asked of documents."""

    key: str
    reason: Any
    condition: Callable[[], Q]


@dataclass(frozen=True)
class Action:
    """`promise` says what happens to those that fit; `most` of them may be chosen at once."""

    key: str
    label: Any
    icon: str
    promise: Any
    left_out: tuple[LeftOut, ...] = ()
    most: int = 1000
    tone: str = "create"


def _issued() -> Q:
    return Q(state=State.ISSUED)


def _draft() -> Q:
    return Q(state=State.DRAFT)


def _unpriced() -> Q:
    return Q(Exists(Warning.objects.filter(document=OuterRef("pk"), code__in=warnings.price_codes())))


def _without_address() -> Q:
    return Q(party__email="") & (Q(buyer__email="") | Q(buyer__email__isnull=True))


def _on_its_way() -> Q:
    return Q(Exists(Message.objects.filter(document=OuterRef("pk")).exclude(state=MessageState.FAILED)))


_DRAFTS = LeftOut("draft", gettext_lazy("Drafts: issue them first."), _draft)
ISSUE = Action(
    "issue",
    gettext_lazy("Issue"),
    "file-check",
    gettext_lazy("Each draft gets its number and today's date, the oldest first. That cannot be undone."),
    (
        LeftOut("issued", gettext_lazy("Issued already."), _issued),
        LeftOut("no_customer", gettext_lazy("No customer is chosen yet."), lambda: Q(party=None)),
        LeftOut("unpriced", gettext_lazy("Some lines have no price yet: issue these one by one."), _unpriced),
    ),
)
SEND = Action(
    "send",
    gettext_lazy("Send by e-mail"),
    "send",
    gettext_lazy("Each goes to the customer's address, with the text and the annexes that its own page proposes."),
    (
        _DRAFTS,
        LeftOut("sent", gettext_lazy("Sent already, or about to leave."), _on_its_way),
        LeftOut("no_address", gettext_lazy("The customer has no e-mail address."), _without_address),
    ),
)
ZIP = Action(
    "zip",
    gettext_lazy("PDFs as one zip"),
    "folder-archive",
    gettext_lazy("The PDFs come together in one zip file."),
    (_DRAFTS,),
    tone="action",
)
MERGED = Action(
    "merged",
    gettext_lazy("PDFs as one file"),
    "files",
    gettext_lazy("The PDFs come one after the other in one file, to be printed at once."),
    (_DRAFTS,),
    tone="action",
)
CSV = Action(
    "csv",
    gettext_lazy("Export as CSV"),
    "table",
    gettext_lazy("Each document becomes a row of a file for your spreadsheet."),
    most=20_000,
    tone="action",
)
ACTIONS = {action.key: action for action in (ISSUE, SEND, ZIP, MERGED, CSV)}


@dataclass(frozen=True)
class Plan:
    """The documents that take part, the oldest first, and how many do not, by reason."""

    action: Action
    ids: list[UUID]
    left_out: list[tuple[Any, int]]

    @property
    def fits(self) -> int:
        return len(self.ids)

    @property
    def is_too_many(self) -> bool:
        return len(self.ids) > self.action.most


def plan(action: Action, documents: "QuerySet[Document]") -> Plan:
    """What the action would do with these; at most one more than it takes is read."""
    rows: QuerySet[Any] = Document.objects.filter(pk__in=documents.order_by().values("pk"))
    cases = [When(why.condition(), then=Value(why.key)) for why in action.left_out]
    rows = rows.annotate(why=Case(*cases, default=Value(""), output_field=CharField()))
    counts = dict(rows.exclude(Q(why="")).order_by().values_list("why").annotate(count=Count("pk")))
    order = ("created_at", "pk") if action is ISSUE else ("issue_date", "sequence_number", "pk")
    ids = list(rows.filter(Q(why="")).order_by(*order).values_list("pk", flat=True)[: action.most + 1])
    return Plan(action, ids, [(why.reason, counts[why.key]) for why in action.left_out if why.key in counts])


def start(plan: Plan, *, company: Company, by: User, expected: int, click_id: UUID) -> Job:
    """Queue what was confirmed, once per click. Raises Refused when it is not what was shown."""
    if plan.is_too_many:
        raise Refused(_("That is more than fits at once. Narrow the filter first."), code="too_many")
    if not plan.ids:
        raise Refused(_("None of these documents fits. Choose others."), code="nothing")
    if plan.fits != expected:
        raise Conflict(_("The list changed in the meantime. Look at the numbers again."), code="stale")
    params = {"action": plan.action.key, "ids": [str(pk) for pk in plan.ids], "by": str(by.pk)}
    return jobs.enqueue(JOB, company_id=company.pk, key=f"bulk:{by.pk}:{click_id}", params=params)


def reading(ids: Sequence[str]) -> "QuerySet[Document]":
    """Documents with what printing, sending and exporting read of them."""
    rows: QuerySet[Document] = Document.objects.filter(pk__in=ids).select_related(
        "company", "party", "theme", "balance"
    )
    return rows


FILES = {ZIP.key: bundles.zipped, MERGED.key: bundles.merged, CSV.key: bundles.listed}
