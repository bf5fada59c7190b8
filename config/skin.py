"""The look of the admin (django-unfold). Plain data: the screens decide what stands in it.

Its colours are in `cases/static/priorauth/app.css`, which browsers keep.
"""

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
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,  # the menu: `DeskSite.get_sidebar_list`
    },
}
