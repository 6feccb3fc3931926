from django.urls import path

from payments import views

app_name = "payments"
urlpatterns = [
    path("documents/<uuid:pk>/payments/new/", views.record, name="record"),
    path("documents/<uuid:pk>/payments/<uuid:payment>/undo/", views.undo, name="undo"),
    path("documents/<uuid:pk>/apply/", views.apply, name="apply"),
    path("documents/<uuid:pk>/applications/<uuid:settlement>/undo/", views.release, name="release"),
]
