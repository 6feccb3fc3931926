from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"

    def ready(self) -> None:
        from documents.services import issuing
        from payments.services import opening

        issuing.at_issue(opening.open_balance)
