"""What a phone needs to keep the application among its own: a manifest, named and coloured as the pages are."""

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

ICON_SIZES = (192, 512)


@require_safe
@cache_control(public=True, max_age=86_400)
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest; its shortcut opens a new invoice."""
    icons = [
        {"src": static(f"icons/{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}
        for size in ICON_SIZES
    ]
    content = {
        "id": "/",
        "name": "eFactori",
        "short_name": "eFactori",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f8f7",
        "theme_color": "#0b7a4b",
        "icons": icons,
        "shortcuts": [{"name": _("New invoice"), "url": reverse("invoices:create")}],
    }
    return JsonResponse(content, content_type="application/manifest+json")
