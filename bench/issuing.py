"""Create and issue an invoice of ten lines through the services, in one process and in four at once.

CPU is the process's own. The tasks that an issue queues go to a broker folder that nobody reads, as with a busy worker.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from uuid import UUID

from bench import driver, ground
from bench.figures import Figure, at_most, exactly, tell
from core.tenancy import company_scope
from customers.models import Party
from documents.models import Document, Series
from documents.services import drafting, issuing
from documents.services.drafting import LineInput
from invoices.kinds import INVOICE
from products.models import Product
from users.models import Company, User

BAR_MS = 25
LINES = 10
WARM_UP = 10
PROCESSES = (1, 4)


def main(arguments: Sequence[str]) -> int:
    """Measure with each number of processes, then check the numbers; 1 when a bar was missed."""
    options = argparse.ArgumentParser(prog="bench.one issuing")
    options.add_argument("--invoices", type=int, default=400)
    options.add_argument("--work", metavar="COMPANY", type=UUID, help="be one of the processes")
    chosen = options.parse_args(arguments)
    if chosen.work:
        return _work(chosen.work, chosen.invoices)
    seeded = ground.seed()
    before = driver.keys()
    figures = []
    for processes in PROCESSES:
        figures += _measure(seeded.company, processes, chosen.invoices // processes)
    figures += check_numbers(seeded.company)
    issued = sum(processes * (chosen.invoices // processes + WARM_UP) for processes in PROCESSES)
    rate = driver.insert_rate(before, transactions=issued)
    figures.append(Figure("the same rows by the bare driver", f"{rate:.1f} /s"))
    return tell(figures)


def _measure(company: Company, processes: int, each: int) -> list[Figure]:
    command = (sys.executable, "-m", "bench.one", "issuing", "--work", str(company.pk), "--invoices", str(each))
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        started = time.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        told = [json.loads(worker.communicate()[0]) for worker in workers]
        elapsed = time.perf_counter() - started
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    cpu = sum(one["cpu"] for one in told) / (processes * each) * 1000
    name = f"{processes} process{'es' if processes > 1 else ''}"
    return [
        at_most(f"{name}: CPU of create + issue", cpu, BAR_MS, "ms"),
        Figure(f"{name}: together", f"{processes * each / elapsed:.1f} /s"),
        exactly(f"{name}: failures", sum(one["failures"] for one in told), 0),
    ]


def _work(company_id: UUID, invoices: int) -> int:
    """Warm up, wait for the word, issue, and say what it took."""
    company = Company.objects.get(pk=company_id)
    owner = User.objects.get(email="owner@bench.example")
    with company_scope(company.pk):
        customers = list(Party.objects.order_by("number"))
        products = list(Product.objects.order_by("number"))
        for number in range(WARM_UP):
            _one(company, owner, customers[number % len(customers)], products)
        print("ready", flush=True)
        sys.stdin.readline()
        failures, busy = 0, time.process_time()
        for number in range(invoices):
            try:
                _one(company, owner, customers[number % len(customers)], products[number % 50 :])
            except Exception as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
                failures += 1
        busy = time.process_time() - busy
    print(json.dumps({"cpu": busy, "failures": failures}), flush=True)
    return 0


def _one(company: Company, owner: User, customer: Party, products: Sequence[Product]) -> None:
    lines = [LineInput(product=product) for product in products[:LINES]]
    draft = drafting.create("invoice", company=company, party=customer, by=owner, lines=lines)
    issuing.issue(draft, by=owner)


def check_numbers(company: Company) -> list[Figure]:
    """Every number from the first to the last, each once, and nothing left behind."""
    with company_scope(company.pk):
        numbers = sorted(Document.objects.issued().values_list("sequence_number", flat=True))
        series = Series.objects.get(family=INVOICE.family)
        gaps = len(set(range(1, series.next_number)) - set(numbers))
        return [
            exactly("gaps in the numbers", gaps, 0),
            exactly("numbers given twice", len(numbers) - len(set(numbers)), 0),
            exactly("drafts left behind", Document.objects.drafts().count(), 0),
        ]
