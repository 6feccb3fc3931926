"""Every event of a company is offered to its endpoints."""

from activity import events
from webhooks.services import delivering

events.follow(delivering.hand_over, is_awaited=delivering.is_awaited)
