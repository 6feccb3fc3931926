"""The demo company by hand, for a database that was not started with `make run`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refused
from efactori import demo


class Command(BaseCommand):
    help = "Make the demo company, unless it stands already."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            made = demo.load(with_history=True)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write("The demo company is ready." if made else "The demo company stands already.")
        for line in demo.sign_ins():
            self.stdout.write(f"  {line}")
