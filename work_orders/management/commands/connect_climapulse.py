"""What the Connect button does, for scripts."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.errors import Refused, UnableTo
from integrations.services import connecting
from users.models import Company

PROVIDER = "climapulse"


class Command(BaseCommand):
    help = "Connects a company to Climapulse and prints the connection as one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", required=True, metavar="SLUG")
        parser.add_argument("--api-key", required=True, metavar="KEY")

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(slug=options["company"]).first()
        if company is None:
            raise CommandError(_("There is no company %s.") % options["company"])
        credentials = {"api_key": options["api_key"]}
        try:
            connection = connecting.connect(company=company, provider_key=PROVIDER, credentials=credentials, by=None)
        except (Refused, UnableTo) as error:
            raise CommandError(str(error)) from None
        account = {name: connection.account[name] for name in ("id", "company_name")}
        printed = {"connection": str(connection.pk), "hook_url": connecting.hook_url(connection), "account": account}
        self.stdout.write(json.dumps(printed, ensure_ascii=False))
