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
# A line of nothing but tags that print nothing: what stands before it ends its own line.
_SILENT = re.compile(
    r"\n((?:\{#.*?#\}|\{% *(?:if|elif|else|endif|for|empty|endfor|with|endwith)\b.*?%\})+)\n"
)
_BLANKS_COUNT = re.compile(r"<(?:pre|textarea)\b")


def tightened(text: str) -> str:
    """`text` of an HTML template without the blanks at the ends of its lines and empty lines.

    A line of conditions alone loses its end as well.
    """
    if _BLANKS_COUNT.search(text):
        return text
    text = _INDENTATION.sub("\n", text)
    while (shorter := _SILENT.sub(r"\n\1", text)) != text:  # one line may end where the next begins
        text = shorter
    return text


class _Tight:
    def get_contents(self, origin: Any) -> str:
        text = super().get_contents(origin)  # type: ignore[misc]
        return tightened(text) if origin.template_name.endswith(".html") else text


class OfProject(_Tight, filesystem.Loader):
    """Ours, from `DIRS`."""


class OfApps(_Tight, app_directories.Loader):
    """Those of the skin and of Django."""
