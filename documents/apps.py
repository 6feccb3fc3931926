from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class DocumentsConfig(AppConfig):
    name = "documents"

    def ready(self) -> None:
        from documents import freezing

        pre_migrate.connect(freezing.before_migrate, dispatch_uid="documents.freezing")
        post_migrate.connect(freezing.after_migrate, dispatch_uid="documents.freezing")
        autodiscover_modules("kinds", "warnings", "pages")
