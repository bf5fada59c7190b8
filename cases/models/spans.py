"""Spans of days, both ends included, either of them open: what every dated register shares."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone


def meet(first: tuple[date | None, date | None], second: tuple[date | None, date | None]) -> bool:
    """Whether two spans (from, through) share a day; None is an open end."""
    (from_1, through_1), (from_2, through_2) = first, second
    is_before = through_1 is not None and from_2 is not None and through_1 < from_2
    is_behind = through_2 is not None and from_1 is not None and through_2 < from_1
    return not (is_before or is_behind)


def in_force(on: date) -> Q:
    """Rows whose days, `effective_from` to `effective_through`, hold `on`."""
    return (Q(effective_from=None) | Q(effective_from__lte=on)) & (
        Q(effective_through=None) | Q(effective_through__gte=on)
    )


def end_refusal(first: date | None, last: date | None) -> dict[str, str]:
    """What to refuse when a span ends before it begins, by field; {} when it does not."""
    if first and last and last < first:
        return {"effective_through": "It lies before the first day: check both years."}
    return {}


def ahead_refusal(field: str, on: date | None) -> dict[str, str]:
    """What to refuse when something is said to have been done on a day that is still to come."""
    if on and on > timezone.localdate() + timedelta(days=1):
        return {field: "This day lies ahead: write the day on which it was done."}
    return {}
