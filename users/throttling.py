"""So many requests per token and second, counted in the cache; every answer tells how many are left."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

_KEYS = 3  # take turns, so that none piles up: one has run out, at the latest, when its turn comes again


class TokenThrottle(BaseThrottle):
    """A window of fixed length per token; `RateLimit-*` headers say limit, rest, and seconds until the window ends."""

    def __init__(self) -> None:
        rate = api_settings.DEFAULT_THROTTLE_RATES["token"]
        limit, window = SimpleRateThrottle.parse_rate(self, rate)  # type: ignore[arg-type]
        self.limit, self.window = limit or 0, window or 1
        self.remains = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            return True
        now = time.time()
        window = int(now // self.window)
        self.remains = (window + 1) * self.window - now
        key = f"api-rate:{request.auth.pk}:{window % _KEYS}"
        cache.add(key, 0, timeout=self.window + 1)
        try:
            used = cache.incr(key)
        except ValueError:  # the window ended in between
            used = 1
        view.headers["RateLimit-Limit"] = str(self.limit)
        view.headers["RateLimit-Remaining"] = str(max(0, self.limit - used))
        view.headers["RateLimit-Reset"] = str(max(1, round(self.remains)))
        return used <= self.limit

    def wait(self) -> float:
        return self.remains
