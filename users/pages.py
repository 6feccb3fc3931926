"""What people and companies show on other pages."""

from core.panels import Panel, declare
from users import welcoming

declare(Panel("start.top", 10, "users/first_steps.html", welcoming.panel))
