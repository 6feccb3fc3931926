"""The addresses of the REST API, below `api/v1/`."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from core.api.views import Nothing
from customers.api import CustomerView
from products.api import GroupView, ProductView
from users.api import CompanyView, MemberView

router = SimpleRouter(use_regex_path=False)
router.register("users", MemberView, basename="user")
router.register("customers", CustomerView, basename="customer")
router.register("product-groups", GroupView, basename="product-group")
router.register("products", ProductView, basename="product")

app_name = "api"
urlpatterns = [
    path("company/", CompanyView.as_view({"get": "retrieve", "patch": "partial_update"}), name="company"),
    *router.urls,
    re_path("", Nothing.as_view(), name="nothing"),
]
