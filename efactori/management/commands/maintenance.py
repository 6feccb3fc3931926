"""Tell everybody to come back later, and let them in again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from efactori.maintenance import switch


class Command(BaseCommand):
    help = "Answer every page, hook and API call with “come back in two minutes” (on), or work again (off)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("state", choices=("on", "off"))

    def handle(self, *_args: Any, state: str, **_options: Any) -> None:
        if state == "on":
            switch().parent.mkdir(parents=True, exist_ok=True)
            switch().touch()
        else:
            switch().unlink(missing_ok=True)
        self.stdout.write(f"Maintenance is {state}.")
