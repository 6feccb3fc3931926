"""For a person who lost phone, recovery codes and passkeys, once the operator is sure that it is them who asks."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from users import two_step
from users.models import User


class Command(BaseCommand):
    help = "Remove two-step sign-in and the passkeys of a person; their password opens the account again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"There is no user with the e-mail {options['email']!r}.")
        if not two_step.remove_all(user):
            raise CommandError(f"{user.email} has neither two-step sign-in nor passkeys.")
        self.stdout.write(f"{user.email} signs in with the password alone. All sessions ended, and a mail says so.")
