from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "invoices"

    def ready(self) -> None:
        from documents.services import issuing
        from invoices import turnover
        from payments import ledger

        issuing.at_issue(turnover.add)
        ledger.prove(turnover.faults)
