"""Pages of products and their groups."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from core import panels, tabs
from core.access import member_required
from core.errors import Refused
from core.forms import show_refusal
from products import services
from products.forms import FilterForm, GroupForm, PriceForm, ProductForm
from products.models import Product, ProductGroup

PAGE_SIZE = 50


@member_required
def index(request: Any) -> HttpResponseBase:
    form = FilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    state, group = chosen.get("state", ""), chosen.get("group")
    products = Product.objects.search(form.text()).select_related("group").order_by("number", "id")
    if state != "all":
        products = products.filter(is_active=state != "archived")
    if group:
        products = products.filter(group=group)
    page = Paginator(products, PAGE_SIZE).get_page(request.GET.get("page"))
    is_filtered = bool(form.text() or state or group)
    links = panels.render("products.list", request, None)
    context = {"form": form, "page": page, "is_filtered": is_filtered, "links": links}
    return render(request, "products/list.html", context)


@member_required
def create(request: Any) -> HttpResponseBase:
    """A new product; the query may fill the form, for a material that a work order named."""
    initial = {"vat_rate": request.company.default_vat_rate}
    initial |= {name: request.GET[name] for name in ("name", "number", "group", "unit") if name in request.GET}
    form = ProductForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            product = services.create_product(company=request.company, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            named = {"name": product.name, "number": product.number}
            messages.success(request, _("%(name)s is added with number %(number)s.") % named)
            return redirect("products:list")
    return render(request, "products/edit.html", {"form": form, "body": "products/form.html"})


@member_required
def edit(request: Any, pk: UUID) -> HttpResponseBase:
    """A product's own fields, or another tab of its page."""
    product = get_object_or_404(Product, pk=pk)
    form = ProductForm(request.POST or None, instance=get_object_or_404(Product, pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_product(product, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Lines already on documents keep the old price."))
            return redirect("products:list")
    tab = tabs.chosen("products:edit", request.GET.get("tab", ""))
    context = {"form": form, "product": product, "tabs": tabs.links(tab, product), "body": tab.template}
    return render(request, "products/edit.html", {**context, **tab.context(request, product)})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def price(request: Any, pk: UUID) -> HttpResponseBase:
    """The price in its cell of the list: as a field, saved, or left as it was."""
    product = get_object_or_404(Product, pk=pk)
    if request.method != "POST":
        form = None if "keep" in request.GET else PriceForm(instance=product)
        return render(request, "products/price.html", {"product": product, "form": form})
    form = PriceForm(request.POST, instance=get_object_or_404(Product, pk=pk))
    if not form.is_valid():
        return render(request, "products/price.html", {"product": product, "form": form}, status=422)
    saved = services.update_product(product, by=request.user, **form.cleaned_data)
    answer = render(request, "products/price.html", {"product": saved})
    told = _("%(number)s: the new price is saved. Lines already on documents keep the old one.") % {"number": saved}
    return trigger_client_event(answer, "toast", {"text": told, "tone": "success"})


@require_POST
@member_required
def archive(request: Any, pk: UUID) -> HttpResponseBase:
    product = services.archive_product(get_object_or_404(Product, pk=pk), by=request.user)
    messages.success(request, _("%(name)s is in the archive and no longer offered.") % {"name": product.name})
    return redirect("products:edit", pk)


@require_POST
@member_required
def activate(request: Any, pk: UUID) -> HttpResponseBase:
    product = services.activate_product(get_object_or_404(Product, pk=pk), by=request.user)
    messages.success(request, _("%(name)s is active again.") % {"name": product.name})
    return redirect("products:edit", pk)


@member_required
def groups(request: Any) -> HttpResponseBase:
    rows = ProductGroup.objects.annotate(active=Count("products", filter=Q(products__is_active=True)))
    return render(request, "products/groups.html", {"groups": rows.order_by("name", "id")})


@member_required
def create_group(request: Any) -> HttpResponseBase:
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            group = services.create_group(company=request.company, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The group %(name)s is added.") % {"name": group})
            return redirect("products:groups")
    return render(request, "products/group_edit.html", {"form": form})


@member_required
def edit_group(request: Any, pk: UUID) -> HttpResponseBase:
    group = get_object_or_404(ProductGroup, pk=pk)
    form = GroupForm(request.POST or None, instance=get_object_or_404(ProductGroup, pk=pk))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_group(group, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The group is saved."))
            return redirect("products:groups")
    return render(request, "products/group_edit.html", {"form": form, "group": group})


@require_POST
@member_required
def delete_group(request: Any, pk: UUID) -> HttpResponseBase:
    try:
        services.delete_group(get_object_or_404(ProductGroup, pk=pk), by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("products:edit-group", pk)
    messages.success(request, _("The group is deleted."))
    return redirect("products:groups")
