"""The page that one lands on: nothing but the panels that the apps declared, each in its `pages.py`.

Its places are `start.actions` (buttons of the head), `start.top` (the whole width), `start.main` and `start.aside`; a
new app adds its own without touching this.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core import panels
from core.access import member_required
from users import welcoming

PLACES = ("actions", "top", "main", "aside")


@member_required
@require_safe
def index(request: Any) -> HttpResponse:
    """Where the company stands today."""
    context: dict[str, Any] = {place: panels.render(f"start.{place}", request, request.company) for place in PLACES}
    return render(request, "start.html", {**context, "today": timezone.localdate()})


@require_POST
@member_required
def dismiss_first_steps(request: Any) -> HttpResponse:
    """Send the list of first steps away, for oneself and this company."""
    welcoming.dismiss(request.membership)
    return redirect("home")
