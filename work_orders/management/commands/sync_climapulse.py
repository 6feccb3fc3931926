"""One synchronisation in the foreground: a progress bar for the person, counts as JSON for the script."""

import json
import sys
from threading import Thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext as _

from activity import jobs
from core.errors import Refused
from core.tenancy import company_scope
from integrations.models import Connection, SyncRun, SyncState
from integrations.services import syncing
from users.models import Company

PROVIDER = "climapulse"
WIDTH = 40
LOOK_EVERY = 0.2  # seconds


class Command(BaseCommand):
    help = "Synchronises a company's products with Climapulse and prints the counts as one JSON object."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(slug=options["company"]).first()
        if company is None:
            raise CommandError(_("There is no company %s.") % options["company"])
        with company_scope(company.pk):
            connection = Connection.objects.filter(provider=PROVIDER).first()
            if connection is None:
                raise CommandError(_("This company is not connected to Climapulse. Connect it first."))
            try:
                run, job = syncing.start(connection, by=None, foreground=True)
            except Refused as refusal:
                raise CommandError(str(refusal)) from None
            self._work(job.pk, run)
            run.refresh_from_db()
        self.stdout.write(
            json.dumps({"state": run.state, **syncing.counts(run), "errors": run.errors}, ensure_ascii=False)
        )
        if run.state != SyncState.DONE:
            raise CommandError(run.error or _("The synchronisation did not finish."))

    def _work(self, job_id: Any, run: SyncRun) -> None:
        """Run the job beside a bar that follows the run's row; the job is healed by the sweep if this process dies."""

        def work() -> None:
            try:
                jobs.run(job_id)
            finally:
                connections.close_all()

        worker = Thread(target=work)
        worker.start()
        while worker.is_alive():
            worker.join(LOOK_EVERY)
            run.refresh_from_db(fields=["done", "total"])
            self._draw(run)
        self.stderr.write("")

    def _draw(self, run: SyncRun) -> None:
        filled = WIDTH * run.done // run.total if run.total else 0
        bar = "#" * filled + "." * (WIDTH - filled)
        self.stderr.write(f"\r[{bar}] {run.done}/{run.total}", ending="")
        sys.stderr.flush()
