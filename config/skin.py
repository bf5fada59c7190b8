"""The look of the admin (django-unfold). Plain data: the screens decide what stands in it."""

from __future__ import annotations

from typing import Any

_NAVIGATION = "cases.admin.navigation"

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Prior authorization desk",
    "SITE_HEADER": f"{_NAVIGATION}.header",
    "SITE_SUBHEADER": f"{_NAVIGATION}.subheader",
    "SITE_SYMBOL": "event_available",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": f"{_NAVIGATION}.favicon"},
    ],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "STYLES": [f"{_NAVIGATION}.styles"],
    "SCRIPTS": [f"{_NAVIGATION}.scripts"],
    "BORDER_RADIUS": "6px",
    # Petrol on cool greys: calm, and readable (4.5:1 or better) where text stands in it.
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .013 210)",
            "100": "oklch(94% .03 210)",
            "200": "oklch(88% .055 211)",
            "300": "oklch(79% .085 213)",
            "400": "oklch(69% .1 216)",
            "500": "oklch(64% .1 219)",
            "600": "oklch(48% .09 224)",
            "700": "oklch(42% .08 226)",
            "800": "oklch(36% .065 228)",
            "900": "oklch(31% .052 230)",
            "950": "oklch(24% .04 232)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": f"{_NAVIGATION}.sidebar",
    },
}
