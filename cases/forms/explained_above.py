"""A box of a later row, whose help stands under the same box of the first row."""

from __future__ import annotations

import re

from django import forms


class ExplainedAbove(forms.BoundField):
    """Names of rows end or go on after a number: `dx_7`, `line_4_code`."""

    @property
    def aria_describedby(self) -> str | None:
        """The help under the first row's box, then this box's own errors."""
        first = re.sub(r"_\d+", "_1", self.html_name, count=1)
        own = super().aria_describedby
        above = f"{str(self.form.auto_id) % first}_helptext" if self.auto_id else ""
        return " ".join(part for part in (above, own) if part)
