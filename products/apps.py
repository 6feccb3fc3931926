from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProductsConfig(AppConfig):
    name = "products"

    def ready(self) -> None:
        autodiscover_modules("navigation")
