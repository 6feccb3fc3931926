"""Ask a set-up how it is, before its users do."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from efactori import doctor


class Command(BaseCommand):
    help = "Check settings, services and machine, and say what to do; exit 1 where something does not work."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *_args: Any, **options: Any) -> None:
        findings = []
        for subject, found in doctor.examine():
            findings.append({"subject": subject, **vars(found)})
            if not options["json"]:
                cure = f" - {found.cure}" if found.cure else ""
                self.stdout.write(f"{f'[{found.level}]':6} {subject}: {found.sentence}{cure}")
        failed = [found for found in findings if found["level"] == "fail"]
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not failed, "findings": findings}, ensure_ascii=False, indent=2))
        if failed:
            raise CommandError(f"Not working: {', '.join(str(found['subject']) for found in failed)}.")
