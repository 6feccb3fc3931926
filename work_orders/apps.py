from django.apps import AppConfig


class WorkOrdersConfig(AppConfig):
    name = "work_orders"
