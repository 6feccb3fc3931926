from django.urls import path

from sharing import views

app_name = "sharing"
urlpatterns = [
    path("documents/<uuid:pk>/share/", views.share, name="share"),
    path("documents/<uuid:pk>/share/<uuid:link>/withdraw/", views.withdraw, name="withdraw"),
    path("shared/<str:key>/", views.document, name="document"),
    path("shared/<str:key>/pdf/", views.pdf, name="pdf"),
    path("shared/<str:key>/ubl/", views.ubl, name="ubl"),
    path("shared/<str:key>/logo/", views.logo, name="logo"),
    path("shared/<str:key>/annexes/<uuid:pk>/", views.annex, name="annex"),
]
