from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self) -> None:
        autodiscover_modules("exports")
        from exchange import links

        links.declare_all()
