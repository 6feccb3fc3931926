from django.urls import path

from activity import views

app_name = "activity"

urlpatterns = [
    path("", views.index, name="jobs"),
    path("run-again/", views.run_all_again, name="run-all-again"),
    path("<uuid:pk>/run-again/", views.run_again, name="run-again"),
]
