"""The chain of events proved by hand or by a schedule; the first broken place of a company is a line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activity import chain
from core.tenancy import company_scope
from users.models import Company


class Command(BaseCommand):
    help = "Prove that no event was changed, removed, put in or moved since it was numbered; exit 1 when one was."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the slug of one company; without it: every company")

    def handle(self, *_args: Any, **options: Any) -> None:
        companies = Company.objects.order_by("slug")
        if options["company"]:
            companies = companies.filter(slug=options["company"])
            if not companies:
                raise CommandError(f"There is no company with the slug {options['company']!r}.")
        broken = 0
        for company in companies:
            with company_scope(company.pk):
                if fault := chain.fault():
                    broken += 1
                    self.stdout.write(f"{company.slug}: {fault}")
                else:
                    last, ends_with = chain.end()
                    self.stdout.write(f"{company.slug}: events 1 to {last} hold, the last is {ends_with}")
        if broken:
            raise CommandError(f"Companies with a broken chain: {broken}.")
