"""Templates without their indentation: a page is read by browsers, and half of the skin is blanks.

Taken out once, when a template is first loaded, so it costs no request anything. Line ends stay:
they part words. A text in which blanks count (`pre`, `textarea`) is a value and not indentation;
a template that writes one over several lines keeps its own.
"""

from __future__ import annotations

import re
from typing import Any

from django.template.loaders import app_directories, filesystem

_INDENTATION = re.compile(r"\s*\n\s*")
_BLANKS_COUNT = re.compile(r"<(?:pre|textarea)\b")


def tightened(text: str) -> str:
    """`text` of an HTML template without the blanks at the ends of its lines and empty lines."""
    return text if _BLANKS_COUNT.search(text) else _INDENTATION.sub("\n", text)


class _Tight:
    def get_contents(self, origin: Any) -> str:
        text = super().get_contents(origin)  # type: ignore[misc]
        return tightened(text) if origin.template_name.endswith(".html") else text


class OfProject(_Tight, filesystem.Loader):
    """Ours, from `DIRS`."""


class OfApps(_Tight, app_directories.Loader):
    """Those of the skin and of Django."""
