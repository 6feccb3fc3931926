"""A token without a browser, for scripts that set things up; its text is alone on the last line."""

from argparse import ArgumentParser
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import Refused
from core.tenancy import company_scope
from users import scopes, services
from users.models import Company, User


class Command(BaseCommand):
    help = "Create an API token and print it alone on the last line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", required=True, help="the company's slug")
        parser.add_argument("--user", required=True, help="the e-mail of a user of that company")
        parser.add_argument("--scope", action="append", help="may be repeated; without it: everything")
        parser.add_argument("--name", default="Command line")
        parser.add_argument(
            "--expires", type=date.fromisoformat, metavar="YYYY-MM-DD", help="its last day; without it: for good"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        company = Company.objects.filter(slug=options["company"]).first()
        if company is None:
            raise CommandError(f"There is no company with the slug {options['company']!r}.")
        user = User.objects.filter(email__iexact=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user with the e-mail {options['user']!r}.")
        granted = options["scope"] or scopes.EVERYTHING
        last_day: date | None = options["expires"]
        try:
            with company_scope(company.pk):
                token, text = services.create_token(
                    company=company,
                    user=user,
                    name=options["name"],
                    scopes=granted,
                    expires_at=timezone.make_aware(datetime.combine(last_day, time.max)) if last_day else None,
                    by=None,
                )
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{company.name}, {user.email}: {', '.join(token.scopes)}")
        self.stdout.write(text)
