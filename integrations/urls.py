from django.urls import path

from integrations import views

app_name = "integrations"

urlpatterns = [
    path("", views.index, name="list"),
    path("<uuid:pk>/deactivate/", views.deactivate, name="deactivate"),
]
