"""What issuing a draft would make final, to be looked at before: nothing is written and no number is taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from core.errors import Refused
from documents.calculation import Totals
from documents.models import Document, VatLine
from documents.services import drafting, issuing, numbering


@dataclass(frozen=True)
class Outlook:
    """`document` is a copy as it would stand, never to be saved; `number` is the next one, and may go to another.

    `obstacles` are what would refuse it now, `digest` is the mark that `issuing.issue` compares.
    """

    document: Document
    number: str
    communication: str
    vat_lines: Sequence[VatLine]
    obstacles: Sequence[Refused]
    digest: str


@transaction.atomic
def foresee(draft: Document, *, on: date) -> Outlook:
    """The draft as its issue on a date would leave it."""
    copy = Document.objects.select_related("company", "party").get(pk=draft.pk)
    try:
        totals = drafting.revalue(copy)
        obstacles = issuing.obstacles(copy, totals, on=on)
    except Refused as refusal:
        totals, obstacles = Totals((), (), (), copy.total_net, copy.total_vat, copy.total_gross), [refusal]
    if copy.party is not None:
        issuing.prepare(copy, copy.party, on=on)
    kind = copy.declaration
    return Outlook(
        document=copy,
        number=numbering.preview(copy.company, kind, on=on),
        communication=numbering.preview_communication(kind, on=on),
        vat_lines=[
            VatLine(category=group.category, rate=group.rate, base=group.base, amount=group.vat)
            for group in totals.groups
        ],
        obstacles=obstacles,
        digest=issuing.digest(copy, totals),
    )
