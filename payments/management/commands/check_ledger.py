"""The ledger proved by hand or by a schedule; a fault is a line, and the exit code says whether there was one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.tenancy import company_scope
from payments import ledger
from users.models import Company


class Command(BaseCommand):
    help = "Prove that balances, settlements, payments, numbers and totals agree; exit 1 when anything does not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the slug of one company; without it: every company")

    def handle(self, *_args: Any, **options: Any) -> None:
        companies = Company.objects.order_by("slug")
        if options["company"]:
            companies = companies.filter(slug=options["company"])
            if not companies:
                raise CommandError(f"There is no company with the slug {options['company']!r}.")
        found = 0
        for company in companies:
            with company_scope(company.pk):
                for fault in ledger.faults():
                    found += 1
                    self.stdout.write(f"{company.slug}: {fault}")
        if found:
            raise CommandError(f"The ledger has {found} fault{'s' if found > 1 else ''}.")
        self.stdout.write(f"The ledger is right. Companies: {len(companies)}.")
