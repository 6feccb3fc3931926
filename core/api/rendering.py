"""Answers as JSON."""

from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer


class QuickJSONRenderer(JSONRenderer):
    """The framework's, but for plain values, which are nearly all: those it would write at a quarter of the speed."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        if data is not None and ";" not in (accepted_media_type or ""):
            try:
                return orjson.dumps(data, option=orjson.OPT_PASSTHROUGH_DATETIME)
            except orjson.JSONEncodeError:  # a whole number past 64 bits, a text not translated yet
                pass
        written: bytes = super().render(data, accepted_media_type, renderer_context)
        return written
