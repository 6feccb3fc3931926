from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ActivityConfig(AppConfig):
    name = "activity"

    def ready(self) -> None:
        from activity import idempotency
        from core.api import idempotency as repeatable

        repeatable.use(idempotency)
        autodiscover_modules("subscribers", "tasks", "navigation")
