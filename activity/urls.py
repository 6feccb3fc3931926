from django.urls import path

from activity import views

app_name = "activity"

urlpatterns = [
    path("", views.index, name="jobs"),
    path("<uuid:pk>/run-again/", views.run_again, name="run-again"),
]
