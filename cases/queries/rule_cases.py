"""The open cases under one rule: whose live deadlines it sets."""

from __future__ import annotations

from cases.models import Deadline
from cases.models.deadlines import LIVE

SHOWN = 50
"""Rows on the page; one more is read, to say that there are others."""
COUNTED = 1000
"""A count stops here: what matters beyond is that it is many."""


def live_under(rule: str) -> list[Deadline]:
    """The most urgent live deadlines under `rule` in the clinic in scope, one more than shown."""
    rows = Deadline.objects.filter(LIVE, rule=rule).order_by("act_at", "pk")
    named = rows.select_related("request__patient", "request__coverage__plan__payer")
    return list(named.defer("derivation")[: SHOWN + 1])


def count_under(rule: str) -> int:
    """How many live deadlines the rule sets, counted up to one more than `COUNTED`."""
    return Deadline.objects.filter(LIVE, rule=rule).order_by()[: COUNTED + 1].count()
