from django.apps import AppConfig


class WorkOrdersConfig(AppConfig):
    name = "work_orders"

    def ready(self) -> None:
        from integrations import registry
        from integrations.contracts.field_service import CAPABILITY
        from integrations.handling import Handler
        from work_orders import warnings
        from work_orders.services import receiving, selecting

        warnings.register_all()
        registry.handle(
            CAPABILITY,
            Handler(
                prepare=receiving.prepare,
                receive=receiving.receive,
                outgoing=selecting.outgoing,
                known=selecting.known,
                page="work_orders:application",
            ),
        )
