from django.apps import AppConfig


class EfactoriConfig(AppConfig):
    name = "efactori"
