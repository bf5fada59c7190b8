"""The look of the admin (django-unfold). Plain data: the screens decide what stands in it."""

from __future__ import annotations

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Prior authorization desk",
    "SITE_HEADER": "Prior authorization desk",
    "SITE_SYMBOL": "event_available",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": [],
    },
}
