"""Killed while it issues: every number once, none missing, no document half issued."""

import subprocess
from decimal import Decimal

import pytest
from django.db.models import Count

from activity.models import Event, Job
from core import files
from customers.models import Party
from documents.models import Document, File, FileRole, Line, Series, VatLine
from invoices.kinds import INVOICE
from tests.faults.processes import Programs, wait_until
from users.models import Company, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PROCESSES, KILLS, BETWEEN = 3, 6, 9
PRINTED, KILLED_AT = 10, (2, 5)


def issue(programs: Programs, count: int) -> subprocess.Popen[bytes]:
    return programs.start("-m", "tests.faults.issue_invoices", str(count))


def test_killed_processes_leave_no_gap_no_duplicate_and_nothing_half_issued(
    programs: Programs, scope: Company, alice: User, dupont: Party
) -> None:
    running = [issue(programs, 10_000) for _ in range(PROCESSES)]
    for kill in range(KILLS):
        aim = (kill + 1) * BETWEEN
        wait_until(lambda: Document.objects.issued().count() >= aim, f"{aim} issued invoices", every=0.01)  # noqa: B023
        programs.kill(running.pop(0))
        running.append(issue(programs, 10_000))
    for process in running:
        programs.kill(process)

    issued = Document.objects.issued()
    numbers = sorted(issued.values_list("sequence_number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= KILLS * BETWEEN
    assert Series.objects.get(family=INVOICE.family).next_number == len(numbers) + 1
    assert Document.objects.drafts().count() <= KILLS + PROCESSES  # at most the one each killed process had begun
    assert (
        issued.exclude(total_net=Decimal("55.00"), total_vat=Decimal("11.55"), total_gross=Decimal("66.55")).count()
        == 0
    )
    assert issued.filter(structured_message="").count() == issued.filter(seller={}).count() == 0
    for rows, each in ((Line, 10), (VatLine, 1)):
        counted = rows.objects.filter(document__in=issued).values("document").annotate(rows=Count("pk"))
        assert set(counted.values_list("rows", flat=True)) == {each}
    assert Event.objects.filter(action="invoices.invoice.issued").count() == len(numbers)
    assert Job.objects.filter(name="documents.print").count() == len(numbers)


def test_a_killed_printer_leaves_every_issued_invoice_with_exactly_one_pdf(
    programs: Programs, scope: Company, alice: User, dupont: Party
) -> None:
    assert issue(programs, PRINTED).wait(timeout=60) == 0
    printed = File.objects.filter(role=FileRole.PDF)
    for aim in KILLED_AT:
        worker = programs.worker()
        wait_until(lambda: printed.count() >= aim, f"{aim} PDF files", every=0.01)  # noqa: B023
        programs.kill(worker)
    assert printed.count() < PRINTED
    programs.worker()
    wait_until(lambda: Job.objects.filter(state="done").count() == PRINTED, "every print job done")

    assert sorted(printed.values_list("document", flat=True)) == sorted(Document.objects.values_list("pk", flat=True))
    assert Event.objects.filter(action="documents.file.printed").count() == PRINTED
    for file in printed:
        content = files.read(file.key)
        assert files.store(content, company_id=scope.pk).sha256 == file.sha256
        assert content.startswith(b"%PDF-")
